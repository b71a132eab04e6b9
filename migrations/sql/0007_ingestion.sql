-- Imports with their rows' lineage, and the mappings that people keep.

-- One file (or one fetch of a connector) on its way to stored rows. The raw bytes lie in object storage under `raw_key`;
-- stored rows name the import and their row in it.
create table import (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  file_name text not null,
  checksum bytea not null,
  bytes bigint not null,
  source text not null,
  profile jsonb not null,
  mapping jsonb not null,
  options jsonb not null,
  state text not null check (state in ('received', 'checked', 'queued', 'running', 'completed', 'failed', 'undone')),
  stage text,
  rows_read bigint not null default 0,
  rows_new bigint not null default 0,
  rows_changed bigint not null default 0,
  rows_unchanged bigint not null default 0,
  rows_superseded bigint not null default 0,
  rows_rejected bigint not null default 0,
  report jsonb not null default '{}',
  error jsonb,
  raw_key text not null,
  rejects_key text,
  created_by uuid,
  created_at timestamptz not null,
  finished_at timestamptz,
  undone_at timestamptz,
  version integer not null default 1,
  primary key (tenant_id, id)
);
create index import_checksum on import (tenant_id, checksum);
create index import_state on import (tenant_id, state, id);
call protect_table('import');

-- A mapping that a person has corrected, found again by the signature of files of the same make.
create table saved_mapping (
  tenant_id uuid not null,
  kind text not null,
  signature text not null,
  mapping jsonb not null,
  version integer not null default 1,
  saved_at timestamptz not null,
  primary key (tenant_id, signature, kind)
);
call protect_table('saved_mapping');
