-- Imports with their rows' lineage.

create table import (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  file_name text not null,
  checksum bytea not null,
  bytes bigint not null,
  source text not null,
  mapping jsonb not null default '{}',
  options jsonb not null default '{}',
  state text not null check (state in ('received', 'checked', 'running', 'completed', 'failed', 'undone', 'cancelled')),
  rows_read bigint not null default 0,
  rows_new bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_unchanged bigint not null default 0,
  rows_rejected bigint not null default 0,
  report jsonb not null default '{}',
  error jsonb,
  raw_key text,
  rejects_key text,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  undone_at timestamptz,
  version integer not null default 1,
  primary key (tenant_id, id)
);
call protect_table('import');

create table saved_mapping (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  kind text not null,
  signature bytea not null,
  mapping jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, kind, signature)
);
call protect_table('saved_mapping');
