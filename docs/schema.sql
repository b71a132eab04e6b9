--
-- PostgreSQL database dump
--

\restrict shopwright


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: jobs; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA jobs;


--
-- Name: pg_trgm; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;


--
-- Name: vector; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;


--
-- Name: pgqueuer_status; Type: TYPE; Schema: jobs; Owner: -
--

CREATE TYPE jobs.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);


--
-- Name: fn_pgqueuer_changed(); Type: FUNCTION; Schema: jobs; Owner: -
--

CREATE FUNCTION jobs.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$;


--
-- Name: active_tenants(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.active_tenants() RETURNS TABLE(tenant_id uuid, name text, simulated boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select tenant_id, name, simulated from tenant where status = 'active' order by tenant_id
$$;


--
-- Name: bound_tenant(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.bound_tenant() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$$;


--
-- Name: count_pricing_version(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.count_pricing_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  new.pricing_version := old.pricing_version + 1;
  return new;
end
$$;


--
-- Name: deliveries_counted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.deliveries_counted() RETURNS TABLE(consumer text, state text, entries bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select consumer, state, count(*) from delivery where state in ('retry', 'parked') group by consumer, state
$$;


SET default_tablespace = '';

--
-- Name: journal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.journal (
    id bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    tenant_id uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    subject_kind text NOT NULL,
    subject_id text NOT NULL,
    reason text,
    before jsonb DEFAULT '{}'::jsonb NOT NULL,
    after jsonb DEFAULT '{}'::jsonb NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text,
    trace_id text
)
PARTITION BY RANGE (at);

ALTER TABLE ONLY public.journal FORCE ROW LEVEL SECURITY;


--
-- Name: deliveries_due(text, timestamp with time zone, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.deliveries_due(for_consumer text, due_at timestamp with time zone, at_most integer) RETURNS SETOF public.journal
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select j.* from delivery d join journal j on j.tx = d.tx and j.id = d.journal_id
   where d.consumer = for_consumer and d.state = 'retry' and d.next_at <= due_at
   order by d.next_at
   limit at_most
$$;


--
-- Name: end_sessions_of(uuid, uuid, text, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.end_sessions_of(person uuid, spared uuid, reason text, moment timestamp with time zone) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  with gone as (
    update session set ended_at = moment, ended_because = reason
     where person_id = person and ended_at is null and id <> spared
       and bound_tenant() = '00000000-0000-8000-8000-000000000000'
    returning 1)
  select count(*) from gone
$$;


--
-- Name: ensure_month(regclass, date); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ensure_month(parent regclass, day date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  first date := date_trunc('month', day)::date;
  child text := format('%s_%s', parent::text, to_char(first, 'YYYYMM'));
  tries int := 0;
begin
  if parent::text not in ('journal', 'order_line', 'price_point', 'offer_point') then
    raise exception 'table % is not partitioned by month', parent;
  end if;
  if to_regclass(child) is not null then
    return;
  end if;
  begin
    -- Within the block: whoever gives way lets go of this lock as well.
    perform pg_advisory_xact_lock(hashtextextended(child, 0));
    while not try_attach_locks(parent) loop
      tries := tries + 1;
      if tries = 5 then
        raise lock_not_available;
      end if;
      perform pg_sleep(0.04);
    end loop;
    execute format('create table %I (like %s including all excluding identity)', child, parent);
    execute format('alter table %s attach partition %I for values from (%L) to (%L)',
                   parent, child, first, first + interval '1 month');
  exception
    when check_violation then
      return;  -- rows of that month lie in the default partition already: they stay there, whole and readable
    when duplicate_table then
      return;  -- somebody else made it while we waited
    when lock_not_available then
      return;
  end;
  execute format('alter table %I enable row level security', child);
  execute format('alter table %I force row level security', child);
  if parent = 'journal'::regclass then
    execute format('create trigger %I before truncate on %I for each statement execute function refuse_change()',
                   child || '_no_truncate', child);
  end if;
end
$$;


--
-- Name: give_to_system(regprocedure, text); Type: PROCEDURE; Schema: public; Owner: -
--

CREATE PROCEDURE public.give_to_system(IN called regprocedure, IN caller text DEFAULT 'shopwright_app'::text)
    LANGUAGE plpgsql
    AS $$
declare
  giver text := current_user;
begin
  execute format('alter function %s owner to shopwright_system', called);
  set local role shopwright_system;
  execute format('revoke execute on function %s from public', called);
  execute format('grant execute on function %s to %I', called, caller);
  execute format('set local role %I', giver);
end
$$;


--
-- Name: jobs_counted(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.jobs_counted() RETURNS TABLE(kind text, state text, jobs bigint, since timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select p.kind, p.state, count(*), min(coalesce(p.started_at, p.created_at))
    from job_progress p where p.state in ('queued', 'running') group by p.kind, p.state
$$;


SET default_table_access_method = heap;

--
-- Name: job_progress; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_progress (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    queue_id bigint,
    kind text NOT NULL,
    key text,
    payload jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    waiting boolean DEFAULT false NOT NULL,
    priority integer NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    step text,
    done bigint DEFAULT 0 NOT NULL,
    total bigint,
    message text,
    error text,
    error_code text,
    stack text,
    actor_kind text NOT NULL,
    actor_id uuid,
    request_id text,
    trace_id text,
    cancel_requested_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT job_progress_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.job_progress FORCE ROW LEVEL SECURITY;


--
-- Name: jobs_moving(uuid[], timestamp with time zone, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.jobs_moving(tenants uuid[], ended_after timestamp with time zone, at_most integer) RETURNS SETOF public.job_progress
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select moving.*
    from unnest(tenants) as watched(tenant_id)
   cross join lateral (
     (select * from job_progress p where p.tenant_id = watched.tenant_id and p.state in ('queued', 'running')
       order by p.state desc, p.priority desc, p.queue_id limit at_most)
     union all
     (select * from job_progress p where p.tenant_id = watched.tenant_id and p.finished_at > ended_after
       order by p.finished_at desc limit at_most)) as moving
$$;


--
-- Name: jobs_to_stop(uuid[], integer[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.jobs_to_stop(ids uuid[], running_attempts integer[]) RETURNS TABLE(id uuid, reason text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select mine.id, case when p.state = 'running' and p.attempts = mine.attempt then 'cancelled' else 'lost' end
    from unnest(ids, running_attempts) as mine(id, attempt)
    left join job_progress p on p.id = mine.id
   where p.id is null or p.state <> 'running' or p.attempts <> mine.attempt or p.cancel_requested_at is not null
$$;


--
-- Name: journal_after(xid8, bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.journal_after(after_tx xid8, after_id bigint, at_most integer) RETURNS SETOF public.journal
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select * from journal
   where (tx, id) > (after_tx, after_id) and tx < pg_snapshot_xmin(pg_current_snapshot())
   order by tx, id
   limit at_most
$$;


--
-- Name: journal_append(bytea); Type: PROCEDURE; Schema: public; Owner: -
--

CREATE PROCEDURE public.journal_append(IN entries bytea)
    LANGUAGE plpgsql
    AS $$
declare
  appended jsonb := convert_from(entries, 'UTF8')::jsonb;
begin
  insert into journal (tenant_id, at, name, version, actor_kind, actor_id, subject_kind, request_id, trace_id,
                       subject_id, reason, before, after, payload)
  select bound_tenant(), (e ->> 0)::timestamptz, e ->> 1, (e ->> 2)::smallint, e ->> 3, (e ->> 4)::uuid, e ->> 5, e ->> 6,
         e ->> 7, e -> 8 ->> 'subject_id', e -> 8 ->> 'reason', e -> 8 -> 'before', e -> 8 -> 'after',
         (e -> 8) - array['subject_id', 'reason', 'before', 'after']
    from jsonb_array_elements(appended) as e;
end
$$;


--
-- Name: journal_rebase(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.journal_rebase() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  top bigint := (select coalesce(max(id), 0) from journal);
  put_back bigint;
begin
  insert into delivery (tenant_id, consumer, tx, journal_id, state, attempts, next_at)
  select j.tenant_id, o.consumer, j.tx, j.id, 'retry', 0, now()
    from journal_offset o
    join journal j on not pg_visible_in_snapshot(j.tx, o.seen) and j.id > o.floor
   where not (o.until is not null and pg_visible_in_snapshot(j.tx, o.until) and j.id <= o.id)
  on conflict do nothing;
  get diagnostics put_back = row_count;
  update journal_offset set seen = pg_current_snapshot(), until = null, id = 0, floor = top, moved_at = now();
  return put_back;
end
$$;


--
-- Name: journal_unseen(text, text[], pg_snapshot, pg_snapshot, bigint, bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.journal_unseen(for_consumer text, names text[], seen pg_snapshot, until pg_snapshot, after_id bigint, floor bigint, at_most integer) RETURNS SETOF public.journal
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select whole.*
    from (select j.tx, j.id from journal j
           where j.tx >= pg_snapshot_xmin(seen) and j.tx < pg_snapshot_xmax(until)
             and j.id > greatest(after_id, floor)
             and not pg_visible_in_snapshot(j.tx, seen) and pg_visible_in_snapshot(j.tx, until)
             and j.name = any(names)
             and not exists (select from delivery d
                              where d.tenant_id = j.tenant_id and d.consumer = for_consumer and d.journal_id = j.id)
           order by j.id
           limit at_most) as next
    join journal whole on whole.tx = next.tx and whole.id = next.id
   order by whole.id
$$;


--
-- Name: journal_waiting(text, text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.journal_waiting(for_consumer text, names text[]) RETURNS TABLE(entries bigint, since timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select count(*), min(j.at)
    from journal_offset o
    join journal j on j.tx >= pg_snapshot_xmin(o.seen) and not pg_visible_in_snapshot(j.tx, o.seen)
                  and j.id > o.floor and j.name = any(names)
   where o.consumer = for_consumer
     and not (o.until is not null and pg_visible_in_snapshot(j.tx, o.until) and j.id <= o.id)
     and not exists (select from delivery d
                      where d.tenant_id = j.tenant_id and d.consumer = for_consumer and d.journal_id = j.id)
$$;


--
-- Name: loading_load(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.loading_load() RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS $$
  select nullif(current_setting('app.load_id', true), '')::uuid
$$;


--
-- Name: loading_tenant(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.loading_tenant() RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS $$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$$;


--
-- Name: memberships_of(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.memberships_of(person uuid) RETURNS TABLE(tenant_id uuid, tenant_name text, simulated boolean, member_id uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select t.tenant_id, t.name, t.simulated, m.id, m.role
    from member m join tenant t on t.tenant_id = m.tenant_id
   where m.person_id = person and m.status = 'active' and t.status = 'active'
     and exists (select from person p where p.id = m.person_id and p.status = 'active')
   order by t.name, t.tenant_id
$$;


--
-- Name: new_id(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.new_id(tenant uuid) RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    AS $$
  select (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '8' || substr(tag.hex, 1, 3)
    || substr('89ab', ((get_byte(tag.bytes, 1) >> 2) & 3) + 1, 1)
    || lpad(to_hex(((get_byte(tag.bytes, 1) & 3) << 10) | (get_byte(tag.bytes, 2) << 2) | (random.byte & 3)), 3, '0')
    || substr(random.hex, 3, 12)
  )::uuid
  from (select substr(sha256(uuid_send(tenant)), 1, 3) as bytes,
               encode(substr(sha256(uuid_send(tenant)), 1, 3), 'hex') as hex) as tag,
       (select get_byte(uuid_send(raw), 0) as byte, encode(uuid_send(raw), 'hex') as hex
          from (select gen_random_uuid() as raw) as source) as random
$$;


--
-- Name: open_to_system(regclass, text); Type: PROCEDURE; Schema: public; Owner: -
--

CREATE PROCEDURE public.open_to_system(IN name regclass, IN rights text)
    LANGUAGE plpgsql
    AS $$
begin
  execute format('create policy system on %s to shopwright_system using (true) with check (true)', name);
  execute format('grant %s on %s to shopwright_system', rights, name);
end
$$;


--
-- Name: people_of_bound_tenant(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.people_of_bound_tenant() RETURNS TABLE(member_id uuid, person_id uuid, email_index bytea, email bytea, name bytea)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select m.id, p.id, p.email_index, p.email, p.name
    from member m join person p on p.id = m.person_id
   where m.tenant_id = bound_tenant()
$$;


--
-- Name: products_matching(text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.products_matching(words text, at_most integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select id from product
   where tenant_id = bound_tenant()
     and (name || ' ' || sku || ' ' || coalesce(brand, '')) ilike
         '%' || replace(replace(replace(words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
   limit at_most
$$;


--
-- Name: protect_table(regclass, text); Type: PROCEDURE; Schema: public; Owner: -
--

CREATE PROCEDURE public.protect_table(IN name regclass, IN rights text DEFAULT 'select, insert, update, delete'::text)
    LANGUAGE plpgsql
    AS $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format(
    'create policy tenant on %s using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
       with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', name);
  execute format('grant %s on %s to shopwright_app', rights, name);
end
$$;


--
-- Name: prune_deliveries(text, xid8, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prune_deliveries(for_consumer text, before_tx xid8, older_than timestamp with time zone) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  with gone as (
    delete from delivery where consumer = for_consumer and state = 'done' and tx < before_tx and updated_at < older_than
    returning 1)
  select count(*) from gone
$$;


--
-- Name: prune_jobs(timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prune_jobs(succeeded_before timestamp with time zone, failed_before timestamp with time zone) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  with gone as (
    delete from job_progress
     where finished_at < case state when 'failed' then failed_before else succeeded_before end
    returning 1)
  select count(*) from gone
$$;


--
-- Name: recover_jobs(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.recover_jobs() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  put_back bigint := 0;
  lost record;
  place bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('jobs:recover', 0)) then
    return 0;
  end if;
  for lost in
    select p.tenant_id, p.id, p.kind, p.priority from job_progress p
     where p.state in ('queued', 'running') and not exists (select from jobs.pgqueuer q where q.id = p.queue_id)
     for update skip locked
  loop
    insert into jobs.pgqueuer (priority, entrypoint, payload, status)
    values (lost.priority, lost.kind,
            convert_to(json_build_object('tenant', lost.tenant_id, 'id', lost.id)::text, 'UTF8'), 'queued')
    returning id into place;
    update job_progress set queue_id = place, state = 'queued', waiting = false
     where tenant_id = lost.tenant_id and id = lost.id;
    put_back := put_back + 1;
  end loop;
  -- A worker that lives renews its heartbeat; one from the future is of a dead worker, written before the clock was set back.
  update jobs.pgqueuer set heartbeat = now() where status = 'picked' and heartbeat > now() + interval '5 seconds';
  update jobs.pgqueuer_schedules set heartbeat = now()
   where status = 'picked' and heartbeat > now() + interval '5 seconds';
  return put_back;
end
$$;


--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'the journal is append-only' using errcode = 'insufficient_privilege';
end
$$;


--
-- Name: review_key(text, text, date, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.review_key(source text, author_ref text, written_on date, text text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select hashtextextended(source || '|' || coalesce(author_ref, '') || '|' || (written_on - date '2000-01-01')::text
                          || '|' || text, 0)
$$;


--
-- Name: try_attach_locks(regclass); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.try_attach_locks(parent regclass) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
  execute format('lock table only %s in share update exclusive mode nowait', parent);
  execute format('lock table %s_default in access exclusive mode nowait', parent);
  return true;
exception when lock_not_available then
  return false;
end
$$;


--
-- Name: pgqueuer; Type: TABLE; Schema: jobs; Owner: -
--

CREATE TABLE jobs.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
);


--
-- Name: pgqueuer_id_seq; Type: SEQUENCE; Schema: jobs; Owner: -
--

CREATE SEQUENCE jobs.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: pgqueuer_id_seq; Type: SEQUENCE OWNED BY; Schema: jobs; Owner: -
--

ALTER SEQUENCE jobs.pgqueuer_id_seq OWNED BY jobs.pgqueuer.id;


--
-- Name: pgqueuer_log; Type: TABLE; Schema: jobs; Owner: -
--

CREATE TABLE jobs.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);


--
-- Name: pgqueuer_log_id_seq; Type: SEQUENCE; Schema: jobs; Owner: -
--

ALTER TABLE jobs.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME jobs.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: pgqueuer_schedules; Type: TABLE; Schema: jobs; Owner: -
--

CREATE TABLE jobs.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status jobs.pgqueuer_status DEFAULT 'queued'::jobs.pgqueuer_status
);


--
-- Name: pgqueuer_schedules_id_seq; Type: SEQUENCE; Schema: jobs; Owner: -
--

CREATE SEQUENCE jobs.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: pgqueuer_schedules_id_seq; Type: SEQUENCE OWNED BY; Schema: jobs; Owner: -
--

ALTER SEQUENCE jobs.pgqueuer_schedules_id_seq OWNED BY jobs.pgqueuer_schedules.id;


--
-- Name: pgqueuer_statistics; Type: TABLE; Schema: jobs; Owner: -
--

CREATE TABLE jobs.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);


--
-- Name: pgqueuer_statistics_id_seq; Type: SEQUENCE; Schema: jobs; Owner: -
--

CREATE SEQUENCE jobs.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: pgqueuer_statistics_id_seq; Type: SEQUENCE OWNED BY; Schema: jobs; Owner: -
--

ALTER SEQUENCE jobs.pgqueuer_statistics_id_seq OWNED BY jobs.pgqueuer_statistics.id;


--
-- Name: api_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_token (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);

ALTER TABLE ONLY public.api_token FORCE ROW LEVEL SECURITY;


--
-- Name: competitor; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.competitor (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    is_own boolean DEFAULT false NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT competitor_status_check CHECK ((status = ANY (ARRAY['active'::text, 'ignored'::text])))
);

ALTER TABLE ONLY public.competitor FORCE ROW LEVEL SECURITY;


--
-- Name: daily_orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.daily_orders (
    tenant_id uuid NOT NULL,
    day date NOT NULL,
    orders integer NOT NULL
);

ALTER TABLE ONLY public.daily_orders FORCE ROW LEVEL SECURITY;


--
-- Name: daily_sales; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.daily_sales (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    day date NOT NULL,
    currency text NOT NULL,
    orders integer NOT NULL,
    units numeric(14,3) NOT NULL,
    units_returned numeric(14,3) NOT NULL,
    units_cancelled numeric(14,3) NOT NULL,
    revenue numeric(18,6) NOT NULL,
    revenue_returned numeric(18,6) NOT NULL,
    revenue_cancelled numeric(18,6) NOT NULL
);

ALTER TABLE ONLY public.daily_sales FORCE ROW LEVEL SECURITY;


--
-- Name: delivery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery (
    tenant_id uuid NOT NULL,
    consumer text NOT NULL,
    tx xid8 NOT NULL,
    journal_id bigint NOT NULL,
    state text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    next_at timestamp with time zone,
    error text,
    stack text,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['done'::text, 'retry'::text, 'parked'::text, 'dropped'::text])))
);

ALTER TABLE ONLY public.delivery FORCE ROW LEVEL SECURITY;


--
-- Name: exchange_rate; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.exchange_rate (
    tenant_id uuid NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    day date NOT NULL,
    rate numeric(20,10) NOT NULL,
    source text NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT exchange_rate_rate_check CHECK ((rate > (0)::numeric))
);

ALTER TABLE ONLY public.exchange_rate FORCE ROW LEVEL SECURITY;


--
-- Name: experiment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiment (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    protocol jsonb NOT NULL,
    category text,
    brand text,
    control_policy uuid,
    treatment_policy uuid,
    seed bigint NOT NULL,
    currency text,
    started_on date,
    ended_at timestamp with time zone,
    end_reason text,
    report jsonb,
    created_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT experiment_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'running'::text, 'stopped'::text, 'finished'::text])))
);

ALTER TABLE ONLY public.experiment FORCE ROW LEVEL SECURITY;


--
-- Name: experiment_cluster; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiment_cluster (
    tenant_id uuid NOT NULL,
    experiment_id uuid NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    pair integer NOT NULL,
    arms smallint[] NOT NULL
);

ALTER TABLE ONLY public.experiment_cluster FORCE ROW LEVEL SECURITY;


--
-- Name: experiment_product; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.experiment_product (
    tenant_id uuid NOT NULL,
    experiment_id uuid NOT NULL,
    product_id uuid NOT NULL,
    cluster integer NOT NULL
);

ALTER TABLE ONLY public.experiment_product FORCE ROW LEVEL SECURITY;


--
-- Name: figure_day; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.figure_day (
    tenant_id uuid NOT NULL,
    figure text NOT NULL,
    day date NOT NULL,
    value numeric(18,6) NOT NULL
);

ALTER TABLE ONLY public.figure_day FORCE ROW LEVEL SECURITY;


--
-- Name: forecast; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.forecast (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    first_day date NOT NULL,
    history_days integer NOT NULL,
    confidence smallint NOT NULL,
    weekly real NOT NULL,
    yearly real NOT NULL,
    units real[] NOT NULL,
    low_95 real[] NOT NULL,
    low_80 real[] NOT NULL,
    high_80 real[] NOT NULL,
    high_95 real[] NOT NULL,
    horizons smallint[] NOT NULL,
    totals real[] NOT NULL,
    totals_low_95 real[] NOT NULL,
    totals_low_80 real[] NOT NULL,
    totals_high_80 real[] NOT NULL,
    totals_high_95 real[] NOT NULL,
    CONSTRAINT forecast_confidence_check CHECK (((confidence >= 0) AND (confidence <= 100)))
)
WITH (toast_tuple_target='8160');

ALTER TABLE ONLY public.forecast FORCE ROW LEVEL SECURITY;


--
-- Name: forecast_kept; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.forecast_kept (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    first_day date NOT NULL,
    horizon smallint NOT NULL,
    units real NOT NULL,
    low_95 real NOT NULL,
    low_80 real NOT NULL,
    high_80 real NOT NULL,
    high_95 real NOT NULL,
    actual real,
    hindsight boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.forecast_kept FORCE ROW LEVEL SECURITY;


--
-- Name: idempotency_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_key (
    tenant_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    body bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.idempotency_key FORCE ROW LEVEL SECURITY;


--
-- Name: import; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.import (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    file_name text NOT NULL,
    checksum bytea NOT NULL,
    bytes bigint NOT NULL,
    source text NOT NULL,
    profile jsonb NOT NULL,
    mapping jsonb NOT NULL,
    options jsonb NOT NULL,
    state text NOT NULL,
    stage text,
    rows_read bigint DEFAULT 0 NOT NULL,
    rows_new bigint DEFAULT 0 NOT NULL,
    rows_changed bigint DEFAULT 0 NOT NULL,
    rows_unchanged bigint DEFAULT 0 NOT NULL,
    rows_superseded bigint DEFAULT 0 NOT NULL,
    rows_rejected bigint DEFAULT 0 NOT NULL,
    report jsonb DEFAULT '{}'::jsonb NOT NULL,
    error jsonb,
    raw_key text NOT NULL,
    rejects_key text,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    undone_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT import_state_check CHECK ((state = ANY (ARRAY['received'::text, 'checked'::text, 'queued'::text, 'running'::text, 'completed'::text, 'failed'::text, 'undone'::text])))
);

ALTER TABLE ONLY public.import FORCE ROW LEVEL SECURITY;


--
-- Name: invitation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invitation (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email_index bytea NOT NULL,
    email bytea NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    invited_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    revoked_at timestamp with time zone
);

ALTER TABLE ONLY public.invitation FORCE ROW LEVEL SECURITY;


--
-- Name: journal_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.journal_default (
    id bigint CONSTRAINT journal_id_not_null NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() CONSTRAINT journal_tx_not_null NOT NULL,
    tenant_id uuid CONSTRAINT journal_tenant_id_not_null NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() CONSTRAINT journal_at_not_null NOT NULL,
    name text CONSTRAINT journal_name_not_null NOT NULL,
    version smallint CONSTRAINT journal_version_not_null NOT NULL,
    actor_kind text CONSTRAINT journal_actor_kind_not_null NOT NULL,
    actor_id uuid,
    subject_kind text CONSTRAINT journal_subject_kind_not_null NOT NULL,
    subject_id text CONSTRAINT journal_subject_id_not_null NOT NULL,
    reason text,
    before jsonb DEFAULT '{}'::jsonb CONSTRAINT journal_before_not_null NOT NULL,
    after jsonb DEFAULT '{}'::jsonb CONSTRAINT journal_after_not_null NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb CONSTRAINT journal_payload_not_null NOT NULL,
    request_id text,
    trace_id text
);

ALTER TABLE ONLY public.journal_default FORCE ROW LEVEL SECURITY;


--
-- Name: journal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.journal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.journal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: journal_offset; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.journal_offset (
    tenant_id uuid NOT NULL,
    consumer text NOT NULL,
    seen pg_snapshot NOT NULL,
    until pg_snapshot,
    id bigint DEFAULT 0 NOT NULL,
    floor bigint DEFAULT 0 NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.journal_offset FORCE ROW LEVEL SECURITY;


--
-- Name: login_failure; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.login_failure (
    tenant_id uuid NOT NULL,
    key bytea NOT NULL,
    failures integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone
);

ALTER TABLE ONLY public.login_failure FORCE ROW LEVEL SECURITY;


--
-- Name: member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.member (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    on_call boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT member_status_check CHECK ((status = ANY (ARRAY['active'::text, 'deactivated'::text])))
);

ALTER TABLE ONLY public.member FORCE ROW LEVEL SECURITY;


--
-- Name: offer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offer (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    competitor_id uuid NOT NULL,
    item_key text NOT NULL,
    product_id uuid,
    title text,
    gtin text,
    mpn text,
    brand text,
    price numeric(18,6) NOT NULL,
    shipping numeric(18,6),
    currency text NOT NULL,
    tax_basis text DEFAULT 'gross'::text NOT NULL,
    availability text NOT NULL,
    condition text NOT NULL,
    pack_quantity integer DEFAULT 1 NOT NULL,
    promotion boolean DEFAULT false NOT NULL,
    regular_price numeric(18,6),
    promoted_since timestamp with time zone,
    promoted_until timestamp with time zone,
    url text,
    source text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    match_state text NOT NULL,
    match_confidence numeric(4,3) DEFAULT 0 NOT NULL,
    match_reason text,
    import_id uuid,
    row_number bigint,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT offer_availability_check CHECK ((availability = ANY (ARRAY['in_stock'::text, 'out_of_stock'::text, 'unknown'::text]))),
    CONSTRAINT offer_condition_check CHECK ((condition = ANY (ARRAY['new'::text, 'refurbished'::text, 'used'::text, 'unknown'::text]))),
    CONSTRAINT offer_match_confidence_check CHECK (((match_confidence >= (0)::numeric) AND (match_confidence <= (1)::numeric))),
    CONSTRAINT offer_match_state_check CHECK ((match_state = ANY (ARRAY['automatic'::text, 'confirmed'::text, 'review'::text, 'rejected'::text, 'unmatched'::text]))),
    CONSTRAINT offer_pack_quantity_check CHECK ((pack_quantity > 0))
);

ALTER TABLE ONLY public.offer FORCE ROW LEVEL SECURITY;


--
-- Name: offer_point; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offer_point (
    tenant_id uuid NOT NULL,
    offer_id uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    price numeric(18,6) NOT NULL,
    shipping numeric(18,6),
    availability text NOT NULL,
    promotion boolean DEFAULT false NOT NULL,
    source text NOT NULL,
    import_id uuid,
    row_number bigint
)
PARTITION BY RANGE (seen_at);

ALTER TABLE ONLY public.offer_point FORCE ROW LEVEL SECURITY;


--
-- Name: offer_point_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offer_point_default (
    tenant_id uuid CONSTRAINT offer_point_tenant_id_not_null NOT NULL,
    offer_id uuid CONSTRAINT offer_point_offer_id_not_null NOT NULL,
    seen_at timestamp with time zone CONSTRAINT offer_point_seen_at_not_null NOT NULL,
    price numeric(18,6) CONSTRAINT offer_point_price_not_null NOT NULL,
    shipping numeric(18,6),
    availability text CONSTRAINT offer_point_availability_not_null NOT NULL,
    promotion boolean DEFAULT false CONSTRAINT offer_point_promotion_not_null NOT NULL,
    source text CONSTRAINT offer_point_source_not_null NOT NULL,
    import_id uuid,
    row_number bigint
);

ALTER TABLE ONLY public.offer_point_default FORCE ROW LEVEL SECURITY;


--
-- Name: order_line; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.order_line (
    tenant_id uuid DEFAULT public.loading_tenant() NOT NULL,
    sold_on date NOT NULL,
    line_key bigint NOT NULL,
    sold_at timestamp with time zone,
    product_id uuid NOT NULL,
    order_ref text,
    quantity numeric(14,3) NOT NULL,
    revenue numeric(18,6) NOT NULL,
    list_price numeric(18,6),
    currency text NOT NULL,
    tax_basis text DEFAULT 'gross'::text NOT NULL,
    kind text DEFAULT 'sale'::text NOT NULL,
    channel text,
    country text,
    customer_ref text,
    promotion boolean,
    import_id uuid DEFAULT public.loading_load(),
    row_number bigint,
    CONSTRAINT order_line_kind_check CHECK ((kind = ANY (ARRAY['sale'::text, 'return'::text, 'cancellation'::text])))
)
PARTITION BY RANGE (sold_on);

ALTER TABLE ONLY public.order_line FORCE ROW LEVEL SECURITY;


--
-- Name: order_line_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.order_line_default (
    tenant_id uuid DEFAULT public.loading_tenant() CONSTRAINT order_line_tenant_id_not_null NOT NULL,
    sold_on date CONSTRAINT order_line_sold_on_not_null NOT NULL,
    line_key bigint CONSTRAINT order_line_line_key_not_null NOT NULL,
    sold_at timestamp with time zone,
    product_id uuid CONSTRAINT order_line_product_id_not_null NOT NULL,
    order_ref text,
    quantity numeric(14,3) CONSTRAINT order_line_quantity_not_null NOT NULL,
    revenue numeric(18,6) CONSTRAINT order_line_revenue_not_null NOT NULL,
    list_price numeric(18,6),
    currency text CONSTRAINT order_line_currency_not_null NOT NULL,
    tax_basis text DEFAULT 'gross'::text CONSTRAINT order_line_tax_basis_not_null NOT NULL,
    kind text DEFAULT 'sale'::text CONSTRAINT order_line_kind_not_null NOT NULL,
    channel text,
    country text,
    customer_ref text,
    promotion boolean,
    import_id uuid DEFAULT public.loading_load(),
    row_number bigint,
    CONSTRAINT order_line_kind_check CHECK ((kind = ANY (ARRAY['sale'::text, 'return'::text, 'cancellation'::text])))
);

ALTER TABLE ONLY public.order_line_default FORCE ROW LEVEL SECURITY;


--
-- Name: overwritten_row; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.overwritten_row (
    tenant_id uuid NOT NULL,
    load_id uuid NOT NULL,
    target text NOT NULL,
    row_key text NOT NULL,
    before jsonb NOT NULL
);

ALTER TABLE ONLY public.overwritten_row FORCE ROW LEVEL SECURITY;


--
-- Name: person; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.person (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    email_index bytea NOT NULL,
    email bytea NOT NULL,
    name bytea NOT NULL,
    password_hash text,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT person_status_check CHECK ((status = ANY (ARRAY['active'::text, 'deactivated'::text, 'erased'::text])))
);

ALTER TABLE ONLY public.person FORCE ROW LEVEL SECURITY;


--
-- Name: preference; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.preference (
    tenant_id uuid NOT NULL,
    member_id uuid NOT NULL,
    content jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.preference FORCE ROW LEVEL SECURITY;


--
-- Name: price_belief; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.price_belief (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    currency text NOT NULL,
    base_units double precision NOT NULL,
    units_sd double precision NOT NULL,
    centre double precision NOT NULL,
    slope_constant double precision NOT NULL,
    slope_semi_log double precision NOT NULL,
    sd_constant double precision NOT NULL,
    sd_semi_log double precision NOT NULL,
    constant_weight double precision NOT NULL,
    rival_elasticity double precision NOT NULL,
    rival_level double precision NOT NULL,
    follow double precision NOT NULL,
    halo double precision NOT NULL,
    refusals integer NOT NULL
);

ALTER TABLE ONLY public.price_belief FORCE ROW LEVEL SECURITY;


--
-- Name: price_hold; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.price_hold (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    run_id uuid NOT NULL,
    outcome text NOT NULL,
    reasons text[] NOT NULL,
    explanation jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT price_hold_outcome_check CHECK ((outcome = ANY (ARRAY['held'::text, 'no_price'::text])))
);

ALTER TABLE ONLY public.price_hold FORCE ROW LEVEL SECURITY;


--
-- Name: price_outcome; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.price_outcome (
    tenant_id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    horizon smallint NOT NULL,
    product_id uuid NOT NULL,
    strategy text NOT NULL,
    confidence smallint NOT NULL,
    gain_chance real,
    currency text NOT NULL,
    price_before numeric(18,6) NOT NULL,
    price numeric(18,6) NOT NULL,
    unit_profit numeric(18,6) NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    first_day date NOT NULL,
    units_before numeric(14,3) NOT NULL,
    profit_before numeric(24,6) NOT NULL,
    units_low numeric(14,3) NOT NULL,
    units numeric(14,3) NOT NULL,
    units_high numeric(14,3) NOT NULL,
    sold_low numeric(14,3) NOT NULL,
    sold_high numeric(14,3) NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    units_sold numeric(14,3),
    profit_made numeric(24,6),
    decided_at timestamp with time zone,
    CONSTRAINT price_outcome_check CHECK (((state = 'met'::text) = ((units_sold IS NOT NULL) AND (profit_made IS NOT NULL)))),
    CONSTRAINT price_outcome_confidence_check CHECK (((confidence >= 0) AND (confidence <= 100))),
    CONSTRAINT price_outcome_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'met'::text, 'cut_short'::text, 'out_of_stock'::text])))
);

ALTER TABLE ONLY public.price_outcome FORCE ROW LEVEL SECURITY;


--
-- Name: price_point; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.price_point (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    price numeric(18,6) NOT NULL,
    previous numeric(18,6),
    currency text NOT NULL,
    tax_basis text NOT NULL,
    origin text NOT NULL,
    proposal_id uuid,
    import_id uuid
)
PARTITION BY RANGE (at);

ALTER TABLE ONLY public.price_point FORCE ROW LEVEL SECURITY;


--
-- Name: price_point_default; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.price_point_default (
    tenant_id uuid CONSTRAINT price_point_tenant_id_not_null NOT NULL,
    product_id uuid CONSTRAINT price_point_product_id_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT price_point_at_not_null NOT NULL,
    price numeric(18,6) CONSTRAINT price_point_price_not_null NOT NULL,
    previous numeric(18,6),
    currency text CONSTRAINT price_point_currency_not_null NOT NULL,
    tax_basis text CONSTRAINT price_point_tax_basis_not_null NOT NULL,
    origin text CONSTRAINT price_point_origin_not_null NOT NULL,
    proposal_id uuid,
    import_id uuid
);

ALTER TABLE ONLY public.price_point_default FORCE ROW LEVEL SECURITY;


--
-- Name: price_response; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.price_response (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    first_day date NOT NULL,
    currency text NOT NULL,
    elasticity double precision NOT NULL,
    elasticity_sd double precision NOT NULL,
    elasticity_low double precision NOT NULL,
    elasticity_high double precision NOT NULL,
    constant_location double precision NOT NULL,
    constant_scale double precision NOT NULL,
    semi_log_location double precision NOT NULL,
    semi_log_scale double precision NOT NULL,
    constant_weight double precision NOT NULL,
    reference double precision NOT NULL,
    base_units double precision NOT NULL,
    base_spread double precision NOT NULL,
    cross_elasticity double precision NOT NULL,
    cross_sd double precision NOT NULL,
    own_share double precision NOT NULL,
    category_share double precision NOT NULL,
    shop_share double precision NOT NULL,
    price_spread double precision NOT NULL,
    units double precision NOT NULL,
    stock_out_share double precision NOT NULL,
    before_t double precision NOT NULL,
    shop_before_t double precision NOT NULL,
    trial_step double precision NOT NULL,
    trial_sd double precision NOT NULL,
    rival_level double precision NOT NULL,
    follow double precision NOT NULL,
    changes integer NOT NULL,
    refusals integer NOT NULL,
    days integer NOT NULL,
    rivals integer NOT NULL,
    trial_weeks integer NOT NULL,
    trial_enough boolean NOT NULL,
    CONSTRAINT price_response_constant_weight_check CHECK (((constant_weight >= (0)::double precision) AND (constant_weight <= (1)::double precision)))
);

ALTER TABLE ONLY public.price_response FORCE ROW LEVEL SECURITY;


--
-- Name: pricing_control; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pricing_control (
    tenant_id uuid NOT NULL,
    halted boolean DEFAULT false NOT NULL,
    reason text,
    changed_by uuid,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL
);

ALTER TABLE ONLY public.pricing_control FORCE ROW LEVEL SECURITY;


--
-- Name: pricing_policy; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pricing_policy (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    scope_kind text NOT NULL,
    scope_value text,
    strategy text NOT NULL,
    content jsonb NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pricing_policy_check CHECK (((scope_kind = 'tenant'::text) = (scope_value IS NULL))),
    CONSTRAINT pricing_policy_scope_kind_check CHECK ((scope_kind = ANY (ARRAY['tenant'::text, 'category'::text, 'brand'::text, 'sku'::text])))
);

ALTER TABLE ONLY public.pricing_policy FORCE ROW LEVEL SECURITY;


--
-- Name: pricing_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pricing_run (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    trigger text NOT NULL,
    state text NOT NULL,
    halt_reason text,
    strategy_reason text,
    counts jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    CONSTRAINT pricing_run_state_check CHECK ((state = ANY (ARRAY['completed'::text, 'halted'::text])))
);

ALTER TABLE ONLY public.pricing_run FORCE ROW LEVEL SECURITY;


--
-- Name: product; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.product (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    sku text NOT NULL,
    normalised_sku text NOT NULL,
    marketplace text DEFAULT 'own'::text NOT NULL,
    name text NOT NULL,
    brand text,
    category text,
    gtin text,
    mpn text,
    price numeric(18,6),
    currency text NOT NULL,
    tax_basis text DEFAULT 'gross'::text NOT NULL,
    cost numeric(18,6),
    min_price numeric(18,6),
    max_price numeric(18,6),
    map_price numeric(18,6),
    inventory_level numeric(14,3),
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    import_id uuid,
    row_number bigint,
    version integer DEFAULT 1 NOT NULL,
    pricing_version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    gtin_key text GENERATED ALWAYS AS (NULLIF(ltrim(translate(gtin, ' -'::text, ''::text), '0'::text), ''::text)) STORED,
    mpn_key text GENERATED ALWAYS AS (((lower(TRIM(BOTH FROM brand)) || ' '::text) || upper(NULLIF(regexp_replace(mpn, '[^[:alnum:]]'::text, ''::text, 'g'::text), ''::text)))) STORED,
    CONSTRAINT product_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text]))),
    CONSTRAINT product_tax_basis_check CHECK ((tax_basis = ANY (ARRAY['gross'::text, 'net'::text])))
);

ALTER TABLE ONLY public.product FORCE ROW LEVEL SECURITY;


--
-- Name: proposal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.proposal (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    product_id uuid NOT NULL,
    policy_id uuid,
    state text NOT NULL,
    current_price numeric(18,6) NOT NULL,
    proposed_price numeric(18,6) NOT NULL,
    currency text NOT NULL,
    tax_basis text NOT NULL,
    margin_ppm bigint,
    expected jsonb,
    stake numeric(18,6) GENERATED ALWAYS AS (COALESCE(abs(((expected #>> '{gain,1}'::text[]))::numeric), (0)::numeric)) STORED,
    strategy text NOT NULL,
    binding text[] DEFAULT '{}'::text[] NOT NULL,
    confidence smallint NOT NULL,
    reason text NOT NULL,
    explanation jsonb NOT NULL,
    approvals jsonb DEFAULT '[]'::jsonb NOT NULL,
    approvals_needed smallint DEFAULT 1 NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    decision_reason text,
    apply_at timestamp with time zone,
    sent_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    failure text,
    product_version integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT proposal_confidence_check CHECK (((confidence >= 0) AND (confidence <= 100))),
    CONSTRAINT proposal_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'approved'::text, 'sent'::text, 'confirmed'::text, 'unknown'::text, 'failed'::text, 'rolled_back'::text, 'rejected'::text, 'expired'::text, 'superseded'::text])))
);

ALTER TABLE ONLY public.proposal FORCE ROW LEVEL SECURITY;


--
-- Name: refresh_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.refresh_token (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    rotated_at timestamp with time zone
);

ALTER TABLE ONLY public.refresh_token FORCE ROW LEVEL SECURITY;


--
-- Name: review; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.review (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    review_key bigint NOT NULL,
    rating smallint NOT NULL,
    title text,
    text text NOT NULL,
    language text,
    author_ref text,
    source text NOT NULL,
    written_on date NOT NULL,
    import_id uuid,
    row_number bigint,
    CONSTRAINT review_rating_check CHECK (((rating >= 1) AND (rating <= 5)))
);

ALTER TABLE ONLY public.review FORCE ROW LEVEL SECURITY;


--
-- Name: role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.role (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    permissions text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.role FORCE ROW LEVEL SECURITY;


--
-- Name: saved_mapping; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.saved_mapping (
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    signature text NOT NULL,
    mapping jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    saved_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.saved_mapping FORCE ROW LEVEL SECURITY;


--
-- Name: saved_view; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.saved_view (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    page text NOT NULL,
    name text NOT NULL,
    content jsonb NOT NULL,
    shared boolean DEFAULT false NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.saved_view FORCE ROW LEVEL SECURITY;


--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.session (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    person_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_because text
);

ALTER TABLE ONLY public.session FORCE ROW LEVEL SECURITY;


--
-- Name: shadow_price; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.shadow_price (
    tenant_id uuid NOT NULL,
    policy_id uuid NOT NULL,
    day date NOT NULL,
    product_id uuid NOT NULL,
    run_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    strategy text NOT NULL,
    outcome text NOT NULL,
    currency text NOT NULL,
    current_price numeric(18,6),
    live_price numeric(18,6),
    shadow_price numeric(18,6),
    confidence smallint NOT NULL,
    reason text NOT NULL,
    gain numeric(18,6)[],
    CONSTRAINT shadow_price_confidence_check CHECK (((confidence >= 0) AND (confidence <= 100))),
    CONSTRAINT shadow_price_outcome_check CHECK ((outcome = ANY (ARRAY['proposed'::text, 'held'::text, 'no_price'::text])))
);

ALTER TABLE ONLY public.shadow_price FORCE ROW LEVEL SECURITY;


--
-- Name: stock_level; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.stock_level (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    warehouse text NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    quantity numeric(14,3) NOT NULL,
    import_id uuid,
    row_number bigint
);

ALTER TABLE ONLY public.stock_level FORCE ROW LEVEL SECURITY;


--
-- Name: tenant; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tenant (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    simulated boolean DEFAULT false NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tenant_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])))
);

ALTER TABLE ONLY public.tenant FORCE ROW LEVEL SECURITY;


--
-- Name: traffic; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.traffic (
    tenant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    day date NOT NULL,
    sessions integer NOT NULL,
    views integer NOT NULL,
    import_id uuid,
    row_number bigint
);

ALTER TABLE ONLY public.traffic FORCE ROW LEVEL SECURITY;


--
-- Name: journal_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.journal ATTACH PARTITION public.journal_default DEFAULT;


--
-- Name: offer_point_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer_point ATTACH PARTITION public.offer_point_default DEFAULT;


--
-- Name: order_line_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_line ATTACH PARTITION public.order_line_default DEFAULT;


--
-- Name: price_point_default; Type: TABLE ATTACH; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_point ATTACH PARTITION public.price_point_default DEFAULT;


--
-- Name: pgqueuer id; Type: DEFAULT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer ALTER COLUMN id SET DEFAULT nextval('jobs.pgqueuer_id_seq'::regclass);


--
-- Name: pgqueuer_schedules id; Type: DEFAULT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('jobs.pgqueuer_schedules_id_seq'::regclass);


--
-- Name: pgqueuer_statistics id; Type: DEFAULT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('jobs.pgqueuer_statistics_id_seq'::regclass);


--
-- Name: pgqueuer_log pgqueuer_log_pkey; Type: CONSTRAINT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);


--
-- Name: pgqueuer pgqueuer_pkey; Type: CONSTRAINT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);


--
-- Name: pgqueuer_schedules pgqueuer_schedules_expression_entrypoint_key; Type: CONSTRAINT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);


--
-- Name: pgqueuer_schedules pgqueuer_schedules_pkey; Type: CONSTRAINT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);


--
-- Name: pgqueuer_statistics pgqueuer_statistics_pkey; Type: CONSTRAINT; Schema: jobs; Owner: -
--

ALTER TABLE ONLY jobs.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);


--
-- Name: api_token api_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: competitor competitor_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.competitor
    ADD CONSTRAINT competitor_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: competitor competitor_tenant_id_name_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.competitor
    ADD CONSTRAINT competitor_tenant_id_name_key_key UNIQUE (tenant_id, name_key);


--
-- Name: daily_orders daily_orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.daily_orders
    ADD CONSTRAINT daily_orders_pkey PRIMARY KEY (tenant_id, day);


--
-- Name: daily_sales daily_sales_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.daily_sales
    ADD CONSTRAINT daily_sales_pkey PRIMARY KEY (tenant_id, product_id, day, currency);


--
-- Name: delivery delivery_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (tenant_id, consumer, journal_id);


--
-- Name: exchange_rate exchange_rate_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.exchange_rate
    ADD CONSTRAINT exchange_rate_pkey PRIMARY KEY (tenant_id, base, quote, day);


--
-- Name: experiment_cluster experiment_cluster_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_cluster
    ADD CONSTRAINT experiment_cluster_pkey PRIMARY KEY (tenant_id, experiment_id, number);


--
-- Name: experiment experiment_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment
    ADD CONSTRAINT experiment_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: experiment_product experiment_product_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_product
    ADD CONSTRAINT experiment_product_pkey PRIMARY KEY (tenant_id, experiment_id, product_id);


--
-- Name: figure_day figure_day_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.figure_day
    ADD CONSTRAINT figure_day_pkey PRIMARY KEY (tenant_id, figure, day);


--
-- Name: forecast_kept forecast_kept_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.forecast_kept
    ADD CONSTRAINT forecast_kept_pkey PRIMARY KEY (tenant_id, first_day, horizon, product_id);


--
-- Name: forecast forecast_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.forecast
    ADD CONSTRAINT forecast_pkey PRIMARY KEY (tenant_id, product_id);


--
-- Name: idempotency_key idempotency_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (tenant_id, actor_id, key);


--
-- Name: import import_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.import
    ADD CONSTRAINT import_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: invitation invitation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: job_progress job_progress_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_progress
    ADD CONSTRAINT job_progress_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: journal_offset journal_offset_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.journal_offset
    ADD CONSTRAINT journal_offset_pkey PRIMARY KEY (tenant_id, consumer);


--
-- Name: login_failure login_failure_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.login_failure
    ADD CONSTRAINT login_failure_pkey PRIMARY KEY (tenant_id, key);


--
-- Name: member member_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.member
    ADD CONSTRAINT member_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: member member_tenant_id_person_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.member
    ADD CONSTRAINT member_tenant_id_person_id_key UNIQUE (tenant_id, person_id);


--
-- Name: offer offer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: offer_point offer_point_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer_point
    ADD CONSTRAINT offer_point_pkey PRIMARY KEY (tenant_id, offer_id, seen_at);


--
-- Name: offer_point_default offer_point_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer_point_default
    ADD CONSTRAINT offer_point_default_pkey PRIMARY KEY (tenant_id, offer_id, seen_at);


--
-- Name: offer offer_tenant_id_competitor_id_item_key_condition_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_tenant_id_competitor_id_item_key_condition_key UNIQUE (tenant_id, competitor_id, item_key, condition);


--
-- Name: order_line order_line_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_line
    ADD CONSTRAINT order_line_pkey PRIMARY KEY (tenant_id, sold_on, line_key);


--
-- Name: order_line_default order_line_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.order_line_default
    ADD CONSTRAINT order_line_default_pkey PRIMARY KEY (tenant_id, sold_on, line_key);


--
-- Name: overwritten_row overwritten_row_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.overwritten_row
    ADD CONSTRAINT overwritten_row_pkey PRIMARY KEY (tenant_id, load_id, target, row_key);


--
-- Name: person person_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: person person_tenant_id_email_index_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_tenant_id_email_index_key UNIQUE (tenant_id, email_index);


--
-- Name: preference preference_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.preference
    ADD CONSTRAINT preference_pkey PRIMARY KEY (tenant_id, member_id);


--
-- Name: price_belief price_belief_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_belief
    ADD CONSTRAINT price_belief_pkey PRIMARY KEY (tenant_id, product_id);


--
-- Name: price_hold price_hold_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_hold
    ADD CONSTRAINT price_hold_pkey PRIMARY KEY (tenant_id, product_id);


--
-- Name: price_outcome price_outcome_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_outcome
    ADD CONSTRAINT price_outcome_pkey PRIMARY KEY (tenant_id, proposal_id, horizon);


--
-- Name: price_point price_point_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_point
    ADD CONSTRAINT price_point_pkey PRIMARY KEY (tenant_id, product_id, at);


--
-- Name: price_point_default price_point_default_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_point_default
    ADD CONSTRAINT price_point_default_pkey PRIMARY KEY (tenant_id, product_id, at);


--
-- Name: price_response price_response_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_response
    ADD CONSTRAINT price_response_pkey PRIMARY KEY (tenant_id, product_id);


--
-- Name: pricing_control pricing_control_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pricing_control
    ADD CONSTRAINT pricing_control_pkey PRIMARY KEY (tenant_id);


--
-- Name: pricing_policy pricing_policy_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pricing_policy
    ADD CONSTRAINT pricing_policy_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: pricing_run pricing_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pricing_run
    ADD CONSTRAINT pricing_run_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: product product_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: product product_tenant_id_marketplace_sku_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.product
    ADD CONSTRAINT product_tenant_id_marketplace_sku_key UNIQUE (tenant_id, marketplace, sku);


--
-- Name: proposal proposal_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: refresh_token refresh_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_token
    ADD CONSTRAINT refresh_token_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: review review_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: review review_tenant_id_product_id_review_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.review
    ADD CONSTRAINT review_tenant_id_product_id_review_key_key UNIQUE (tenant_id, product_id, review_key);


--
-- Name: role role_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: role role_tenant_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_tenant_id_name_key UNIQUE (tenant_id, name);


--
-- Name: saved_mapping saved_mapping_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_mapping
    ADD CONSTRAINT saved_mapping_pkey PRIMARY KEY (tenant_id, signature, kind);


--
-- Name: saved_view saved_view_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: saved_view saved_view_tenant_id_member_id_page_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_tenant_id_member_id_page_name_key UNIQUE (tenant_id, member_id, page, name);


--
-- Name: schema_version schema_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_version
    ADD CONSTRAINT schema_version_pkc PRIMARY KEY (version_num);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (tenant_id, id);


--
-- Name: shadow_price shadow_price_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shadow_price
    ADD CONSTRAINT shadow_price_pkey PRIMARY KEY (tenant_id, policy_id, day, product_id);


--
-- Name: stock_level stock_level_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stock_level
    ADD CONSTRAINT stock_level_pkey PRIMARY KEY (tenant_id, product_id, warehouse, counted_at);


--
-- Name: tenant tenant_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenant
    ADD CONSTRAINT tenant_pkey PRIMARY KEY (tenant_id);


--
-- Name: traffic traffic_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.traffic
    ADD CONSTRAINT traffic_pkey PRIMARY KEY (tenant_id, product_id, day);


--
-- Name: pgqueuer_ep_ea_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_ep_ea_idx ON jobs.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::jobs.pgqueuer_status);


--
-- Name: pgqueuer_ep_prio_id_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_ep_prio_id_idx ON jobs.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::jobs.pgqueuer_status);


--
-- Name: pgqueuer_log_created; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_log_created ON jobs.pgqueuer_log USING btree (created);


--
-- Name: pgqueuer_log_job_id_status; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_log_job_id_status ON jobs.pgqueuer_log USING btree (job_id, created DESC);


--
-- Name: pgqueuer_log_not_aggregated; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_log_not_aggregated ON jobs.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);


--
-- Name: pgqueuer_log_status; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_log_status ON jobs.pgqueuer_log USING btree (status);


--
-- Name: pgqueuer_picked_heartbeat_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_picked_heartbeat_idx ON jobs.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::jobs.pgqueuer_status);


--
-- Name: pgqueuer_picked_slot_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON jobs.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::jobs.pgqueuer_status) AND (slot IS NOT NULL));


--
-- Name: pgqueuer_priority_id_id1_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_priority_id_id1_idx ON jobs.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::jobs.pgqueuer_status);


--
-- Name: pgqueuer_queue_manager_id_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_queue_manager_id_idx ON jobs.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);


--
-- Name: pgqueuer_statistics_unique_count; Type: INDEX; Schema: jobs; Owner: -
--

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON jobs.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);


--
-- Name: pgqueuer_unique_dedupe_key; Type: INDEX; Schema: jobs; Owner: -
--

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON jobs.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::jobs.pgqueuer_status, 'picked'::jobs.pgqueuer_status])) AND (dedupe_key IS NOT NULL));


--
-- Name: pgqueuer_updated_id_id1_idx; Type: INDEX; Schema: jobs; Owner: -
--

CREATE INDEX pgqueuer_updated_id_id1_idx ON jobs.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::jobs.pgqueuer_status);


--
-- Name: api_token_member; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX api_token_member ON public.api_token USING btree (tenant_id, member_id);


--
-- Name: daily_sales_day; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX daily_sales_day ON public.daily_sales USING btree (tenant_id, day);


--
-- Name: delivery_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX delivery_due ON public.delivery USING btree (consumer, next_at) WHERE (state = 'retry'::text);


--
-- Name: delivery_failed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX delivery_failed ON public.delivery USING btree (tenant_id, journal_id) WHERE (state = ANY (ARRAY['retry'::text, 'parked'::text]));


--
-- Name: experiment_product_product; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX experiment_product_product ON public.experiment_product USING btree (tenant_id, product_id);


--
-- Name: experiment_running; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX experiment_running ON public.experiment USING btree (tenant_id) WHERE (state = 'running'::text);


--
-- Name: idempotency_key_expiry; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_key_expiry ON public.idempotency_key USING btree (tenant_id, expires_at);


--
-- Name: import_checksum; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX import_checksum ON public.import USING btree (tenant_id, checksum);


--
-- Name: import_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX import_state ON public.import USING btree (tenant_id, state, id);


--
-- Name: job_progress_finished; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX job_progress_finished ON public.job_progress USING btree (finished_at) WHERE (finished_at IS NOT NULL);


--
-- Name: job_progress_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX job_progress_key ON public.job_progress USING btree (tenant_id, kind, key) WHERE ((key IS NOT NULL) AND (state = ANY (ARRAY['queued'::text, 'running'::text])));


--
-- Name: job_progress_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX job_progress_open ON public.job_progress USING btree (tenant_id, state, priority DESC, queue_id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));


--
-- Name: journal_page; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_page ON ONLY public.journal USING btree (tenant_id, id);


--
-- Name: journal_default_tenant_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_default_tenant_id_id_idx ON public.journal_default USING btree (tenant_id, id);


--
-- Name: journal_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_subject ON ONLY public.journal USING btree (tenant_id, subject_kind, subject_id, id);


--
-- Name: journal_default_tenant_id_subject_kind_subject_id_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_default_tenant_id_subject_kind_subject_id_id_idx ON public.journal_default USING btree (tenant_id, subject_kind, subject_id, id);


--
-- Name: journal_relay; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_relay ON ONLY public.journal USING btree (tx, id) INCLUDE (name);


--
-- Name: journal_default_tx_id_name_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX journal_default_tx_id_name_idx ON public.journal_default USING btree (tx, id) INCLUDE (name);


--
-- Name: member_person; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX member_person ON public.member USING btree (person_id);


--
-- Name: offer_import; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offer_import ON public.offer USING btree (tenant_id, import_id) WHERE (import_id IS NOT NULL);


--
-- Name: offer_product; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offer_product ON public.offer USING btree (tenant_id, product_id) WHERE (product_id IS NOT NULL);


--
-- Name: offer_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX offer_state ON public.offer USING btree (tenant_id, match_state, id);


--
-- Name: price_outcome_product; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX price_outcome_product ON public.price_outcome USING btree (tenant_id, product_id, first_day DESC);


--
-- Name: price_outcome_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX price_outcome_waiting ON public.price_outcome USING btree (tenant_id, first_day) WHERE (state = 'waiting'::text);


--
-- Name: pricing_policy_scope; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX pricing_policy_scope ON public.pricing_policy USING btree (tenant_id, scope_kind, COALESCE(scope_value, ''::text), COALESCE((content ->> 'mode'::text), 'live'::text));


--
-- Name: product_category; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_category ON public.product USING btree (tenant_id, category, brand);


--
-- Name: product_gtin; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_gtin ON public.product USING btree (tenant_id, gtin_key) WHERE (gtin_key IS NOT NULL);


--
-- Name: product_import; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_import ON public.product USING btree (tenant_id, import_id) WHERE (import_id IS NOT NULL);


--
-- Name: product_mpn; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_mpn ON public.product USING btree (tenant_id, mpn_key) WHERE (mpn_key IS NOT NULL);


--
-- Name: product_normalised; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_normalised ON public.product USING btree (tenant_id, normalised_sku);


--
-- Name: product_sku; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_sku ON public.product USING btree (tenant_id, sku, id);


--
-- Name: product_words; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX product_words ON public.product USING gin ((((((name || ' '::text) || sku) || ' '::text) || COALESCE(brand, ''::text))) public.gin_trgm_ops);


--
-- Name: proposal_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX proposal_due ON public.proposal USING btree (tenant_id, apply_at) WHERE (state = 'approved'::text);


--
-- Name: proposal_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX proposal_open ON public.proposal USING btree (tenant_id, product_id) WHERE (state = ANY (ARRAY['proposed'::text, 'approved'::text, 'sent'::text, 'unknown'::text]));


--
-- Name: proposal_run; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX proposal_run ON public.proposal USING btree (tenant_id, run_id);


--
-- Name: proposal_stake; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX proposal_stake ON public.proposal USING btree (tenant_id, state, stake, id);


--
-- Name: proposal_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX proposal_state ON public.proposal USING btree (tenant_id, state, id);


--
-- Name: refresh_token_session; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX refresh_token_session ON public.refresh_token USING btree (tenant_id, session_id);


--
-- Name: review_import; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX review_import ON public.review USING btree (tenant_id, import_id) WHERE (import_id IS NOT NULL);


--
-- Name: review_page; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX review_page ON public.review USING btree (tenant_id, written_on, id);


--
-- Name: review_product; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX review_product ON public.review USING btree (tenant_id, product_id, written_on);


--
-- Name: saved_view_page; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX saved_view_page ON public.saved_view USING btree (tenant_id, page, name);


--
-- Name: session_member; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX session_member ON public.session USING btree (tenant_id, member_id) WHERE (ended_at IS NULL);


--
-- Name: session_person; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX session_person ON public.session USING btree (person_id) WHERE (ended_at IS NULL);


--
-- Name: shadow_price_product; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX shadow_price_product ON public.shadow_price USING btree (tenant_id, product_id, day);


--
-- Name: journal_default_tenant_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.journal_page ATTACH PARTITION public.journal_default_tenant_id_id_idx;


--
-- Name: journal_default_tenant_id_subject_kind_subject_id_id_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.journal_subject ATTACH PARTITION public.journal_default_tenant_id_subject_kind_subject_id_id_idx;


--
-- Name: journal_default_tx_id_name_idx; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.journal_relay ATTACH PARTITION public.journal_default_tx_id_name_idx;


--
-- Name: offer_point_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.offer_point_pkey ATTACH PARTITION public.offer_point_default_pkey;


--
-- Name: order_line_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.order_line_pkey ATTACH PARTITION public.order_line_default_pkey;


--
-- Name: price_point_default_pkey; Type: INDEX ATTACH; Schema: public; Owner: -
--

ALTER INDEX public.price_point_pkey ATTACH PARTITION public.price_point_default_pkey;


--
-- Name: pgqueuer tg_pgqueuer_changed; Type: TRIGGER; Schema: jobs; Owner: -
--

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON jobs.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION jobs.fn_pgqueuer_changed();

ALTER TABLE jobs.pgqueuer DISABLE TRIGGER tg_pgqueuer_changed;


--
-- Name: journal journal_append_only; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER journal_append_only BEFORE DELETE OR UPDATE ON public.journal FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: journal_default journal_default_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER journal_default_no_truncate BEFORE TRUNCATE ON public.journal_default FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: journal journal_no_truncate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON public.journal FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: product product_pricing_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER product_pricing_version BEFORE UPDATE ON public.product FOR EACH ROW WHEN ((((((((old.price IS DISTINCT FROM new.price) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.tax_basis IS DISTINCT FROM new.tax_basis)) OR (old.cost IS DISTINCT FROM new.cost)) OR (old.min_price IS DISTINCT FROM new.min_price)) OR (old.max_price IS DISTINCT FROM new.max_price)) OR (old.map_price IS DISTINCT FROM new.map_price))) EXECUTE FUNCTION public.count_pricing_version();


--
-- Name: api_token api_token_tenant_id_member_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_tenant_id_member_id_fkey FOREIGN KEY (tenant_id, member_id) REFERENCES public.member(tenant_id, id) ON DELETE CASCADE;


--
-- Name: experiment_cluster experiment_cluster_tenant_id_experiment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_cluster
    ADD CONSTRAINT experiment_cluster_tenant_id_experiment_id_fkey FOREIGN KEY (tenant_id, experiment_id) REFERENCES public.experiment(tenant_id, id) ON DELETE CASCADE;


--
-- Name: experiment_product experiment_product_tenant_id_experiment_id_cluster_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_product
    ADD CONSTRAINT experiment_product_tenant_id_experiment_id_cluster_fkey FOREIGN KEY (tenant_id, experiment_id, cluster) REFERENCES public.experiment_cluster(tenant_id, experiment_id, number) ON DELETE CASCADE;


--
-- Name: experiment_product experiment_product_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.experiment_product
    ADD CONSTRAINT experiment_product_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES public.product(tenant_id, id) ON DELETE CASCADE;


--
-- Name: offer offer_tenant_id_competitor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_tenant_id_competitor_id_fkey FOREIGN KEY (tenant_id, competitor_id) REFERENCES public.competitor(tenant_id, id);


--
-- Name: preference preference_tenant_id_member_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.preference
    ADD CONSTRAINT preference_tenant_id_member_id_fkey FOREIGN KEY (tenant_id, member_id) REFERENCES public.member(tenant_id, id) ON DELETE CASCADE;


--
-- Name: price_hold price_hold_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_hold
    ADD CONSTRAINT price_hold_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES public.product(tenant_id, id) ON DELETE CASCADE;


--
-- Name: price_outcome price_outcome_tenant_id_proposal_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.price_outcome
    ADD CONSTRAINT price_outcome_tenant_id_proposal_id_fkey FOREIGN KEY (tenant_id, proposal_id) REFERENCES public.proposal(tenant_id, id) ON DELETE CASCADE;


--
-- Name: proposal proposal_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT proposal_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES public.product(tenant_id, id) ON DELETE CASCADE;


--
-- Name: refresh_token refresh_token_tenant_id_session_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refresh_token
    ADD CONSTRAINT refresh_token_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES public.session(tenant_id, id) ON DELETE CASCADE;


--
-- Name: saved_view saved_view_tenant_id_member_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_tenant_id_member_id_fkey FOREIGN KEY (tenant_id, member_id) REFERENCES public.member(tenant_id, id) ON DELETE CASCADE;


--
-- Name: session session_tenant_id_member_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_tenant_id_member_id_fkey FOREIGN KEY (tenant_id, member_id) REFERENCES public.member(tenant_id, id) ON DELETE CASCADE;


--
-- Name: shadow_price shadow_price_tenant_id_policy_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shadow_price
    ADD CONSTRAINT shadow_price_tenant_id_policy_id_fkey FOREIGN KEY (tenant_id, policy_id) REFERENCES public.pricing_policy(tenant_id, id) ON DELETE CASCADE;


--
-- Name: shadow_price shadow_price_tenant_id_product_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.shadow_price
    ADD CONSTRAINT shadow_price_tenant_id_product_id_fkey FOREIGN KEY (tenant_id, product_id) REFERENCES public.product(tenant_id, id) ON DELETE CASCADE;


--
-- Name: api_token; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.api_token ENABLE ROW LEVEL SECURITY;

--
-- Name: competitor; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.competitor ENABLE ROW LEVEL SECURITY;

--
-- Name: daily_orders; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.daily_orders ENABLE ROW LEVEL SECURITY;

--
-- Name: daily_sales; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.daily_sales ENABLE ROW LEVEL SECURITY;

--
-- Name: delivery; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.delivery ENABLE ROW LEVEL SECURITY;

--
-- Name: exchange_rate; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.exchange_rate ENABLE ROW LEVEL SECURITY;

--
-- Name: experiment; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.experiment ENABLE ROW LEVEL SECURITY;

--
-- Name: experiment_cluster; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.experiment_cluster ENABLE ROW LEVEL SECURITY;

--
-- Name: experiment_product; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.experiment_product ENABLE ROW LEVEL SECURITY;

--
-- Name: figure_day; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.figure_day ENABLE ROW LEVEL SECURITY;

--
-- Name: forecast; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.forecast ENABLE ROW LEVEL SECURITY;

--
-- Name: forecast_kept; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.forecast_kept ENABLE ROW LEVEL SECURITY;

--
-- Name: idempotency_key; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.idempotency_key ENABLE ROW LEVEL SECURITY;

--
-- Name: import; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.import ENABLE ROW LEVEL SECURITY;

--
-- Name: invitation; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.invitation ENABLE ROW LEVEL SECURITY;

--
-- Name: job_progress; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.job_progress ENABLE ROW LEVEL SECURITY;

--
-- Name: journal; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.journal ENABLE ROW LEVEL SECURITY;

--
-- Name: journal_default; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.journal_default ENABLE ROW LEVEL SECURITY;

--
-- Name: journal_offset; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.journal_offset ENABLE ROW LEVEL SECURITY;

--
-- Name: login_failure; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.login_failure ENABLE ROW LEVEL SECURITY;

--
-- Name: member; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.member ENABLE ROW LEVEL SECURITY;

--
-- Name: offer; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.offer ENABLE ROW LEVEL SECURITY;

--
-- Name: offer_point; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.offer_point ENABLE ROW LEVEL SECURITY;

--
-- Name: offer_point_default; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.offer_point_default ENABLE ROW LEVEL SECURITY;

--
-- Name: order_line; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.order_line ENABLE ROW LEVEL SECURITY;

--
-- Name: order_line_default; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.order_line_default ENABLE ROW LEVEL SECURITY;

--
-- Name: overwritten_row; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.overwritten_row ENABLE ROW LEVEL SECURITY;

--
-- Name: person; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.person ENABLE ROW LEVEL SECURITY;

--
-- Name: preference; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.preference ENABLE ROW LEVEL SECURITY;

--
-- Name: price_belief; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.price_belief ENABLE ROW LEVEL SECURITY;

--
-- Name: price_hold; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.price_hold ENABLE ROW LEVEL SECURITY;

--
-- Name: price_outcome; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.price_outcome ENABLE ROW LEVEL SECURITY;

--
-- Name: price_point; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.price_point ENABLE ROW LEVEL SECURITY;

--
-- Name: price_point_default; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.price_point_default ENABLE ROW LEVEL SECURITY;

--
-- Name: price_response; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.price_response ENABLE ROW LEVEL SECURITY;

--
-- Name: pricing_control; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pricing_control ENABLE ROW LEVEL SECURITY;

--
-- Name: pricing_policy; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pricing_policy ENABLE ROW LEVEL SECURITY;

--
-- Name: pricing_run; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pricing_run ENABLE ROW LEVEL SECURITY;

--
-- Name: product; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.product ENABLE ROW LEVEL SECURITY;

--
-- Name: proposal; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.proposal ENABLE ROW LEVEL SECURITY;

--
-- Name: refresh_token; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.refresh_token ENABLE ROW LEVEL SECURITY;

--
-- Name: review; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.review ENABLE ROW LEVEL SECURITY;

--
-- Name: role; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.role ENABLE ROW LEVEL SECURITY;

--
-- Name: saved_mapping; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.saved_mapping ENABLE ROW LEVEL SECURITY;

--
-- Name: saved_view; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.saved_view ENABLE ROW LEVEL SECURITY;

--
-- Name: session; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.session ENABLE ROW LEVEL SECURITY;

--
-- Name: shadow_price; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.shadow_price ENABLE ROW LEVEL SECURITY;

--
-- Name: stock_level; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.stock_level ENABLE ROW LEVEL SECURITY;

--
-- Name: delivery system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.delivery TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: job_progress system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.job_progress TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: journal system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.journal TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: journal_offset system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.journal_offset TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: member system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.member TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: person system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.person TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: product system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.product TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: session system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.session TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: tenant system; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY system ON public.tenant TO shopwright_system USING (true) WITH CHECK (true);


--
-- Name: api_token tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.api_token USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: competitor tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.competitor USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: daily_orders tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.daily_orders USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: daily_sales tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.daily_sales USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: delivery tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.delivery USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: exchange_rate tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.exchange_rate USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: experiment tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.experiment USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: experiment_cluster tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.experiment_cluster USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: experiment_product tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.experiment_product USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: figure_day tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.figure_day USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: forecast tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.forecast USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: forecast_kept tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.forecast_kept USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: idempotency_key tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.idempotency_key USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: import tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.import USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: invitation tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.invitation USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: job_progress tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.job_progress USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: journal tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.journal USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: journal_offset tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.journal_offset USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: login_failure tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.login_failure USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: member tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.member USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: offer tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.offer USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: offer_point tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.offer_point USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: order_line tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.order_line USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: overwritten_row tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.overwritten_row USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: person tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.person USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: preference tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.preference USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: price_belief tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.price_belief USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: price_hold tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.price_hold USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: price_outcome tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.price_outcome USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: price_point tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.price_point USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: price_response tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.price_response USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: pricing_control tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.pricing_control USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: pricing_policy tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.pricing_policy USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: pricing_run tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.pricing_run USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: product tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.product USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: proposal tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.proposal USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: refresh_token tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.refresh_token USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: review tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.review USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: role tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.role USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: saved_mapping tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.saved_mapping USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: saved_view tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.saved_view USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: session tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.session USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: shadow_price tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.shadow_price USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: stock_level tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.stock_level USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: tenant; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.tenant ENABLE ROW LEVEL SECURITY;

--
-- Name: tenant tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.tenant USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: traffic tenant; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant ON public.traffic USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));


--
-- Name: traffic; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.traffic ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA jobs; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA jobs TO shopwright_app;
GRANT USAGE ON SCHEMA jobs TO shopwright_system;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: -
--

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO shopwright_owner;
GRANT ALL ON SCHEMA public TO shopwright_system;
GRANT USAGE ON SCHEMA public TO shopwright_app;
GRANT USAGE ON SCHEMA public TO shopwright_loader;


--
-- Name: FUNCTION active_tenants(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.active_tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION public.active_tenants() TO shopwright_app;


--
-- Name: FUNCTION deliveries_counted(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.deliveries_counted() FROM PUBLIC;
GRANT ALL ON FUNCTION public.deliveries_counted() TO shopwright_app;


--
-- Name: TABLE journal; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.journal TO shopwright_app;
GRANT SELECT ON TABLE public.journal TO shopwright_system;


--
-- Name: FUNCTION deliveries_due(for_consumer text, due_at timestamp with time zone, at_most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.deliveries_due(for_consumer text, due_at timestamp with time zone, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.deliveries_due(for_consumer text, due_at timestamp with time zone, at_most integer) TO shopwright_app;


--
-- Name: FUNCTION end_sessions_of(person uuid, spared uuid, reason text, moment timestamp with time zone); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.end_sessions_of(person uuid, spared uuid, reason text, moment timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.end_sessions_of(person uuid, spared uuid, reason text, moment timestamp with time zone) TO shopwright_app;


--
-- Name: FUNCTION ensure_month(parent regclass, day date); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.ensure_month(parent regclass, day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ensure_month(parent regclass, day date) TO shopwright_app;


--
-- Name: FUNCTION jobs_counted(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.jobs_counted() FROM PUBLIC;
GRANT ALL ON FUNCTION public.jobs_counted() TO shopwright_app;


--
-- Name: TABLE job_progress; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_progress TO shopwright_app;
GRANT SELECT,DELETE,UPDATE ON TABLE public.job_progress TO shopwright_system;


--
-- Name: FUNCTION jobs_moving(tenants uuid[], ended_after timestamp with time zone, at_most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.jobs_moving(tenants uuid[], ended_after timestamp with time zone, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.jobs_moving(tenants uuid[], ended_after timestamp with time zone, at_most integer) TO shopwright_app;


--
-- Name: FUNCTION jobs_to_stop(ids uuid[], running_attempts integer[]); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.jobs_to_stop(ids uuid[], running_attempts integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.jobs_to_stop(ids uuid[], running_attempts integer[]) TO shopwright_app;


--
-- Name: FUNCTION journal_after(after_tx xid8, after_id bigint, at_most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.journal_after(after_tx xid8, after_id bigint, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.journal_after(after_tx xid8, after_id bigint, at_most integer) TO shopwright_app;


--
-- Name: FUNCTION journal_rebase(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.journal_rebase() FROM PUBLIC;
GRANT ALL ON FUNCTION public.journal_rebase() TO shopwright_owner;


--
-- Name: FUNCTION journal_unseen(for_consumer text, names text[], seen pg_snapshot, until pg_snapshot, after_id bigint, floor bigint, at_most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.journal_unseen(for_consumer text, names text[], seen pg_snapshot, until pg_snapshot, after_id bigint, floor bigint, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.journal_unseen(for_consumer text, names text[], seen pg_snapshot, until pg_snapshot, after_id bigint, floor bigint, at_most integer) TO shopwright_app;


--
-- Name: FUNCTION journal_waiting(for_consumer text, names text[]); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.journal_waiting(for_consumer text, names text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.journal_waiting(for_consumer text, names text[]) TO shopwright_app;


--
-- Name: FUNCTION memberships_of(person uuid); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.memberships_of(person uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.memberships_of(person uuid) TO shopwright_app;


--
-- Name: FUNCTION people_of_bound_tenant(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.people_of_bound_tenant() FROM PUBLIC;
GRANT ALL ON FUNCTION public.people_of_bound_tenant() TO shopwright_app;


--
-- Name: FUNCTION products_matching(words text, at_most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.products_matching(words text, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.products_matching(words text, at_most integer) TO shopwright_app;


--
-- Name: FUNCTION prune_deliveries(for_consumer text, before_tx xid8, older_than timestamp with time zone); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.prune_deliveries(for_consumer text, before_tx xid8, older_than timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.prune_deliveries(for_consumer text, before_tx xid8, older_than timestamp with time zone) TO shopwright_app;


--
-- Name: FUNCTION prune_jobs(succeeded_before timestamp with time zone, failed_before timestamp with time zone); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.prune_jobs(succeeded_before timestamp with time zone, failed_before timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.prune_jobs(succeeded_before timestamp with time zone, failed_before timestamp with time zone) TO shopwright_app;


--
-- Name: FUNCTION recover_jobs(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.recover_jobs() FROM PUBLIC;
GRANT ALL ON FUNCTION public.recover_jobs() TO shopwright_app;


--
-- Name: FUNCTION try_attach_locks(parent regclass); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.try_attach_locks(parent regclass) FROM PUBLIC;


--
-- Name: TABLE pgqueuer; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE jobs.pgqueuer TO shopwright_app;
GRANT SELECT,INSERT ON TABLE jobs.pgqueuer TO shopwright_system;


--
-- Name: COLUMN pgqueuer.heartbeat; Type: ACL; Schema: jobs; Owner: -
--

GRANT UPDATE(heartbeat) ON TABLE jobs.pgqueuer TO shopwright_system;


--
-- Name: SEQUENCE pgqueuer_id_seq; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,USAGE ON SEQUENCE jobs.pgqueuer_id_seq TO shopwright_app;
GRANT SELECT,USAGE ON SEQUENCE jobs.pgqueuer_id_seq TO shopwright_system;


--
-- Name: TABLE pgqueuer_log; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE jobs.pgqueuer_log TO shopwright_app;


--
-- Name: SEQUENCE pgqueuer_log_id_seq; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,USAGE ON SEQUENCE jobs.pgqueuer_log_id_seq TO shopwright_app;


--
-- Name: TABLE pgqueuer_schedules; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE jobs.pgqueuer_schedules TO shopwright_app;
GRANT SELECT ON TABLE jobs.pgqueuer_schedules TO shopwright_system;


--
-- Name: COLUMN pgqueuer_schedules.heartbeat; Type: ACL; Schema: jobs; Owner: -
--

GRANT UPDATE(heartbeat) ON TABLE jobs.pgqueuer_schedules TO shopwright_system;


--
-- Name: SEQUENCE pgqueuer_schedules_id_seq; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,USAGE ON SEQUENCE jobs.pgqueuer_schedules_id_seq TO shopwright_app;


--
-- Name: TABLE pgqueuer_statistics; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE jobs.pgqueuer_statistics TO shopwright_app;


--
-- Name: SEQUENCE pgqueuer_statistics_id_seq; Type: ACL; Schema: jobs; Owner: -
--

GRANT SELECT,USAGE ON SEQUENCE jobs.pgqueuer_statistics_id_seq TO shopwright_app;


--
-- Name: TABLE api_token; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_token TO shopwright_app;


--
-- Name: TABLE competitor; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competitor TO shopwright_app;


--
-- Name: TABLE daily_orders; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.daily_orders TO shopwright_app;


--
-- Name: TABLE daily_sales; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.daily_sales TO shopwright_app;


--
-- Name: TABLE delivery; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery TO shopwright_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.delivery TO shopwright_system;


--
-- Name: TABLE exchange_rate; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exchange_rate TO shopwright_app;


--
-- Name: TABLE experiment; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiment TO shopwright_app;


--
-- Name: TABLE experiment_cluster; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiment_cluster TO shopwright_app;


--
-- Name: TABLE experiment_product; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.experiment_product TO shopwright_app;


--
-- Name: TABLE figure_day; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.figure_day TO shopwright_app;


--
-- Name: TABLE forecast; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forecast TO shopwright_app;


--
-- Name: TABLE forecast_kept; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.forecast_kept TO shopwright_app;


--
-- Name: TABLE idempotency_key; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_key TO shopwright_app;


--
-- Name: TABLE import; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import TO shopwright_app;


--
-- Name: TABLE invitation; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitation TO shopwright_app;


--
-- Name: TABLE journal_offset; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journal_offset TO shopwright_app;
GRANT SELECT,UPDATE ON TABLE public.journal_offset TO shopwright_system;


--
-- Name: TABLE login_failure; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_failure TO shopwright_app;


--
-- Name: TABLE member; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.member TO shopwright_app;
GRANT SELECT ON TABLE public.member TO shopwright_system;


--
-- Name: TABLE offer; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offer TO shopwright_app;


--
-- Name: TABLE offer_point; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offer_point TO shopwright_app;


--
-- Name: TABLE order_line; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.order_line TO shopwright_app;


--
-- Name: COLUMN order_line.sold_on; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(sold_on) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.line_key; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(line_key) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.sold_at; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(sold_at) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.product_id; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(product_id) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.order_ref; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(order_ref) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.quantity; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(quantity) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.revenue; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(revenue) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.list_price; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(list_price) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.currency; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(currency) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.tax_basis; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(tax_basis) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.kind; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(kind) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.channel; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(channel) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.country; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(country) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.customer_ref; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(customer_ref) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.promotion; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(promotion) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: COLUMN order_line.row_number; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(row_number) ON TABLE public.order_line TO shopwright_loader;


--
-- Name: TABLE overwritten_row; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.overwritten_row TO shopwright_app;


--
-- Name: TABLE person; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.person TO shopwright_app;
GRANT SELECT ON TABLE public.person TO shopwright_system;


--
-- Name: TABLE preference; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.preference TO shopwright_app;


--
-- Name: TABLE price_belief; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.price_belief TO shopwright_app;


--
-- Name: TABLE price_hold; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.price_hold TO shopwright_app;


--
-- Name: TABLE price_outcome; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.price_outcome TO shopwright_app;


--
-- Name: TABLE price_point; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.price_point TO shopwright_app;


--
-- Name: TABLE price_response; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.price_response TO shopwright_app;


--
-- Name: TABLE pricing_control; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pricing_control TO shopwright_app;


--
-- Name: TABLE pricing_policy; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pricing_policy TO shopwright_app;


--
-- Name: TABLE pricing_run; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pricing_run TO shopwright_app;


--
-- Name: TABLE product; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.product TO shopwright_app;
GRANT SELECT ON TABLE public.product TO shopwright_system;


--
-- Name: TABLE proposal; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.proposal TO shopwright_app;


--
-- Name: TABLE refresh_token; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_token TO shopwright_app;


--
-- Name: TABLE review; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.review TO shopwright_app;


--
-- Name: TABLE role; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.role TO shopwright_app;


--
-- Name: TABLE saved_mapping; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_mapping TO shopwright_app;


--
-- Name: TABLE saved_view; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_view TO shopwright_app;


--
-- Name: TABLE schema_version; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT ON TABLE public.schema_version TO shopwright_app;


--
-- Name: TABLE session; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO shopwright_app;
GRANT SELECT,UPDATE ON TABLE public.session TO shopwright_system;


--
-- Name: TABLE shadow_price; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.shadow_price TO shopwright_app;


--
-- Name: TABLE stock_level; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.stock_level TO shopwright_app;


--
-- Name: TABLE tenant; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.tenant TO shopwright_app;
GRANT SELECT ON TABLE public.tenant TO shopwright_system;


--
-- Name: TABLE traffic; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.traffic TO shopwright_app;


--
-- PostgreSQL database dump complete
--

\unrestrict shopwright

