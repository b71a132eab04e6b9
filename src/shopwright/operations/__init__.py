"""How the program is doing: requests, queues, jobs, schedules and events that wait for a person."""
