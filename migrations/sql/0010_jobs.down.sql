drop function prune_jobs(timestamptz, timestamptz);
drop function recover_jobs();
drop function jobs_moving(uuid[], timestamptz, integer);
drop function jobs_counted();
drop function jobs_to_stop(uuid[], integer[]);
drop table job_progress;
drop schema jobs cascade;
