-- Imports with their rows' lineage; reviews and stock levels as they came in.

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

create table review (
  tenant_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  review_key bigint not null,
  rating smallint not null check (rating between 1 and 5),
  title text,
  text text not null,
  language text,
  author_ref text,
  source text not null,
  written_on date not null,
  import_id uuid,
  row_number bigint,
  primary key (tenant_id, id),
  unique (tenant_id, product_id, review_key)
);
create index review_product on review (tenant_id, product_id, written_on);
call protect_table('review');

create table stock_level (
  tenant_id uuid not null,
  product_id uuid not null,
  warehouse text not null,
  counted_at timestamptz not null,
  quantity numeric(14, 3) not null,
  import_id uuid,
  row_number bigint,
  primary key (tenant_id, product_id, warehouse, counted_at)
);
call protect_table('stock_level');
