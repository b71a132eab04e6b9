-- People, tenants, memberships, sessions, tokens, preferences.

-- A tenant's own row; the reserved system tenant has one too.
create table tenant (
  tenant_id uuid primary key,
  name text not null,
  simulated boolean not null default false,
  status text not null default 'active' check (status in ('active', 'suspended', 'closed')),
  settings jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now()
);
call protect_table('tenant', 'select, insert, update');
call open_to_system('tenant', 'select');

-- A person, once for the whole installation: the row belongs to the system tenant. E-mail and name are encrypted.
create table person (
  tenant_id uuid not null,
  id uuid not null,
  email_index bytea not null,
  email bytea not null,
  name bytea not null,
  password_hash text,
  status text not null default 'active' check (status in ('active', 'deactivated', 'erased')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, email_index)
);
call protect_table('person');
call open_to_system('person', 'select');

create table role (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  permissions text[] not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
call protect_table('role');

-- A person's place in a tenant. `role` names a built-in role or one of the tenant's own.
create table member (
  tenant_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  role text not null,
  status text not null default 'active' check (status in ('active', 'deactivated')),
  on_call boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, person_id)
);
create index member_person on member (person_id);
call protect_table('member');
call open_to_system('member', 'select');

create table invitation (
  tenant_id uuid not null,
  id uuid not null,
  email_index bytea not null,
  email bytea not null,
  role text not null,
  token_hash bytea not null,
  invited_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id)
);
call protect_table('invitation');

create table session (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  person_id uuid not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_because text,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references member (tenant_id, id) on delete cascade
);
create index session_member on session (tenant_id, member_id) where ended_at is null;
create index session_person on session (person_id) where ended_at is null;
call protect_table('session');
call open_to_system('session', 'select, update');

create table refresh_token (
  tenant_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  rotated_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references session (tenant_id, id) on delete cascade
);
create index refresh_token_session on refresh_token (tenant_id, session_id);
call protect_table('refresh_token');

create table api_token (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  name text not null,
  token_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references member (tenant_id, id) on delete cascade
);
create index api_token_member on api_token (tenant_id, member_id);
call protect_table('api_token');

-- Failed sign-ins by e-mail index and by address, of the system tenant: shared by all processes.
create table login_failure (
  tenant_id uuid not null,
  key bytea not null,
  failures integer not null,
  first_at timestamptz not null,
  blocked_until timestamptz,
  primary key (tenant_id, key)
);
call protect_table('login_failure');

create table preference (
  tenant_id uuid not null,
  member_id uuid not null,
  content jsonb not null default '{}',
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, member_id),
  foreign key (tenant_id, member_id) references member (tenant_id, id) on delete cascade
);
call protect_table('preference');

-- Filters, columns and order of a page, kept under a name: a member's own, or shared with the whole tenant.
create table saved_view (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  page text not null,
  name text not null,
  content jsonb not null,
  shared boolean not null default false,
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, member_id, page, name),
  foreign key (tenant_id, member_id) references member (tenant_id, id) on delete cascade
);
create index saved_view_page on saved_view (tenant_id, page, name);
call protect_table('saved_view');

-- Least rights across tenants, one question each.
create function memberships_of(person uuid)
returns table (tenant_id uuid, tenant_name text, simulated boolean, member_id uuid, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.tenant_id, t.name, t.simulated, m.id, m.role
    from member m join tenant t on t.tenant_id = m.tenant_id
   where m.person_id = person and m.status = 'active' and t.status = 'active'
     and exists (select from person p where p.id = m.person_id and p.status = 'active')
   order by t.name, t.tenant_id
$$;
create function people_of_bound_tenant()
returns table (member_id uuid, person_id uuid, email_index bytea, email bytea, name bytea)
language sql stable security definer set search_path = public, pg_temp as $$
  select m.id, p.id, p.email_index, p.email, p.name
    from member m join person p on p.id = m.person_id
   where m.tenant_id = bound_tenant()
$$;
create function active_tenants() returns table (tenant_id uuid, name text, simulated boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select tenant_id, name, simulated from tenant where status = 'active' order by tenant_id
$$;
-- Ends a person's sessions in all tenants but one session; only where people are looked after, in the system tenant.
create function end_sessions_of(person uuid, spared uuid, reason text, moment timestamptz) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    update session set ended_at = moment, ended_because = reason
     where person_id = person and ended_at is null and id <> spared
       and bound_tenant() = '00000000-0000-8000-8000-000000000000'
    returning 1)
  select count(*) from gone
$$;
call give_to_system('memberships_of(uuid)');
call give_to_system('people_of_bound_tenant()');
call give_to_system('active_tenants()');
call give_to_system('end_sessions_of(uuid, uuid, text, timestamptz)');
