-- What every context stands on: tenant protection, identifiers, partitions, the journal, idempotency keys.
-- Runs as the owner of the database. Roles exist already (infra/postgres/provision.py).

-- Identifiers: the same layout as shopwright.kit.ids (RFC 9562 version 8, 24-bit tenant tag).
create function new_id(tenant uuid) returns uuid
language sql volatile parallel safe as $$
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

-- The tenant that the session is bound to; null when it is bound to none, and then no row is visible.
create function bound_tenant() returns uuid
language sql stable parallel safe as $$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$$;

-- Puts a table under the tenant rule: forced row-level security and the rights of the application's role.
create procedure protect_table(name regclass, rights text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format(
    'create policy tenant on %s using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
       with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', name);
  execute format('grant %s on %s to shopwright_app', rights, name);
end
$$;

-- What a bulk load writes into every row: the tenant and the load that the session is bound to. They are defaults of columns
-- that the loader's role cannot name, so whatever a load sends, its rows are its tenant's. Declared immutable, which they
-- are for a statement: COPY then works them out once and not for each row. A plan that is kept would keep the value too,
-- so nothing but COPY may rely on them; everybody else names the columns, and is held by row-level security.
create function loading_tenant() returns uuid
language sql immutable as $$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$$;
create function loading_load() returns uuid
language sql immutable as $$
  select nullif(current_setting('app.load_id', true), '')::uuid
$$;

-- Lets functions of the system role read a table across tenants; each such function has a test of its own.
create procedure open_to_system(name regclass, rights text)
language plpgsql as $$
begin
  execute format('create policy system on %s to shopwright_system using (true) with check (true)', name);
  execute format('grant %s on %s to shopwright_system', rights, name);
end
$$;

-- Gives a function to the system role and lets one role alone call it. The rights are set as the new owner: the old one
-- may not touch them any more, and PostgreSQL would only warn.
create procedure give_to_system(called regprocedure, caller text default 'shopwright_app')
language plpgsql as $$
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

-- Takes the locks that attaching a month needs, or none of them, without waiting.
create function try_attach_locks(parent regclass) returns boolean
language plpgsql set search_path = public, pg_temp as $$
begin
  execute format('lock table only %s in share update exclusive mode nowait', parent);
  execute format('lock table %s_default in access exclusive mode nowait', parent);
  return true;
exception when lock_not_available then
  return false;
end
$$;

-- Makes the month's partition of a table partitioned by time; the application may call it, and nothing else of DDL.
-- It is made aside and attached: `partition of` would lock the parent against everybody until the transaction ends, and
-- two loads that have inserted rows and both need another month would wait for each other for ever.
-- Attaching still locks the default partition, and whoever read or deleted in all months holds that too. So the locks are
-- tried for, never waited for, and after a few tries the month is left: its rows go to the default partition.
create function ensure_month(parent regclass, day date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
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

-- The journal: outbox, audit log, lineage and replay in one table that nobody can change.
create table journal (
  id bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  tenant_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  name text not null,
  version smallint not null,
  actor_kind text not null,
  actor_id uuid,
  subject_kind text not null,
  subject_id text not null,
  reason text,
  before jsonb not null default '{}',
  after jsonb not null default '{}',
  payload jsonb not null default '{}',
  request_id text,
  trace_id text
) partition by range (at);
create table journal_default partition of journal default;
alter table journal_default enable row level security;
alter table journal_default force row level security;
create index journal_relay on journal (tx, id) include (name);
create index journal_page on journal (tenant_id, id);
create index journal_subject on journal (tenant_id, subject_kind, subject_id, id);
call protect_table('journal', 'select, insert');
call open_to_system('journal', 'select');

create function refuse_change() returns trigger
language plpgsql as $$
begin
  raise exception 'the journal is append-only' using errcode = 'insufficient_privilege';
end
$$;
select ensure_month('journal', current_date);
select ensure_month('journal', (current_date + interval '1 month')::date);
create trigger journal_append_only before update or delete on journal
  for each row execute function refuse_change();
create trigger journal_no_truncate before truncate on journal
  for each statement execute function refuse_change();
create trigger journal_default_no_truncate before truncate on journal_default
  for each statement execute function refuse_change();

-- Appends events, given as a JSON array of arrays in UTF-8, for the bound tenant; see journal/entries.py for the places.
-- What the journal has no column for is the payload. Called in the commit's own round trip, so it is a procedure (nothing
-- to plan, no row to send back) in plpgsql (its plan is kept for the session), takes the bytes as they come, and reads
-- them by place: a record's columns would be looked up in the catalog each time. Together a third of the cost of a
-- function of jsonb.
create procedure journal_append(entries bytea)
language plpgsql as $$
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

-- Where each consumer stands: the transactions that it has seen, as a snapshot, and within the window
-- (seen, until] the last id. A late commit is simply not in `seen`, so it is never skipped; and nothing waits for a
-- transaction that stays open. Rows belong to the system tenant. `floor` is raised by journal_rebase() only.
create table journal_offset (
  tenant_id uuid not null,
  consumer text not null,
  seen pg_snapshot not null,
  until pg_snapshot,
  id bigint not null default 0,
  floor bigint not null default 0,
  moved_at timestamptz not null default now(),
  primary key (tenant_id, consumer)
);
call protect_table('journal_offset');
call open_to_system('journal_offset', 'select, update');

-- What became of one event at one consumer: the mark that makes handling idempotent, and the list of the failed.
create table delivery (
  tenant_id uuid not null,
  consumer text not null,
  tx xid8 not null,
  journal_id bigint not null,
  state text not null check (state in ('done', 'retry', 'parked', 'dropped')),
  attempts integer not null default 1,
  next_at timestamptz,
  error text,
  stack text,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, consumer, journal_id)
);
create index delivery_due on delivery (consumer, next_at) where state = 'retry';
create index delivery_failed on delivery (tenant_id, journal_id) where state in ('retry', 'parked');
call protect_table('delivery');
call open_to_system('delivery', 'select, insert, delete');

-- The next entries of a consumer's window, of all tenants, that have no mark yet. Ordered by id, which follows the
-- order of commits wherever two transactions changed the same row.
create function journal_unseen(for_consumer text, names text[], seen pg_snapshot, until pg_snapshot,
                               after_id bigint, floor bigint, at_most integer) returns setof journal
language sql stable security definer set search_path = public, pg_temp as $$
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

-- How far a consumer is behind: entries that wait for it, and since when.
create function journal_waiting(for_consumer text, names text[]) returns table (entries bigint, since timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select count(*), min(j.at)
    from journal_offset o
    join journal j on j.tx >= pg_snapshot_xmin(o.seen) and not pg_visible_in_snapshot(j.tx, o.seen)
                  and j.id > o.floor and j.name = any(names)
   where o.consumer = for_consumer
     and not (o.until is not null and pg_visible_in_snapshot(j.tx, o.until) and j.id <= o.id)
     and not exists (select from delivery d
                      where d.tenant_id = j.tenant_id and d.consumer = for_consumer and d.journal_id = j.id)
$$;

-- After a restore into a server whose transaction numbers are lower: puts what was not delivered on the list of
-- retries and lets every consumer stand at the present. Call it before anything writes.
create function journal_rebase() returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
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

-- The journal in one total order, for readers that need one: only entries older than every running transaction,
-- so that one that commits late is never skipped.
create function journal_after(after_tx xid8, after_id bigint, at_most integer) returns setof journal
language sql stable security definer set search_path = public, pg_temp as $$
  select * from journal
   where (tx, id) > (after_tx, after_id) and tx < pg_snapshot_xmin(pg_current_snapshot())
   order by tx, id
   limit at_most
$$;

create function deliveries_due(for_consumer text, due_at timestamptz, at_most integer) returns setof journal
language sql stable security definer set search_path = public, pg_temp as $$
  select j.* from delivery d join journal j on j.tx = d.tx and j.id = d.journal_id
   where d.consumer = for_consumer and d.state = 'retry' and d.next_at <= due_at
   order by d.next_at
   limit at_most
$$;

create function deliveries_counted() returns table (consumer text, state text, entries bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select consumer, state, count(*) from delivery where state in ('retry', 'parked') group by consumer, state
$$;

-- Forgets the marks of entries that the consumer's offset has passed long ago.
create function prune_deliveries(for_consumer text, before_tx xid8, older_than timestamptz) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    delete from delivery where consumer = for_consumer and state = 'done' and tx < before_tx and updated_at < older_than
    returning 1)
  select count(*) from gone
$$;

-- What a bulk load overwrote, so that it can be taken back: the old values of one row of a table.
create table overwritten_row (
  tenant_id uuid not null,
  load_id uuid not null,
  target text not null,
  row_key text not null,
  before jsonb not null,
  primary key (tenant_id, load_id, target, row_key)
);
call protect_table('overwritten_row');

-- The answer that a write gave, kept for its idempotency key.
create table idempotency_key (
  tenant_id uuid not null,
  actor_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status smallint,
  headers jsonb not null default '{}',
  body bytea,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant_id, actor_id, key)
);
create index idempotency_key_expiry on idempotency_key (tenant_id, expires_at);
call protect_table('idempotency_key');

call give_to_system('journal_after(xid8, bigint, integer)');
call give_to_system('journal_waiting(text, text[])');
call give_to_system('journal_unseen(text, text[], pg_snapshot, pg_snapshot, bigint, bigint, integer)');
call give_to_system('deliveries_due(text, timestamptz, integer)');
call give_to_system('deliveries_counted()');
call give_to_system('prune_deliveries(text, xid8, timestamptz)');
call give_to_system('journal_rebase()', 'shopwright_owner');
revoke execute on function ensure_month(regclass, date) from public;
revoke execute on function try_attach_locks(regclass) from public;
grant execute on function ensure_month(regclass, date) to shopwright_app;
