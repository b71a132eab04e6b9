-- Policies, runs, proposals, the kill switch.

create table pricing_policy (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  scope_kind text not null check (scope_kind in ('tenant', 'category', 'brand', 'sku')),
  scope_value text,
  strategy text not null,
  content jsonb not null,
  enabled boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  check ((scope_kind = 'tenant') = (scope_value is null))
);
create unique index pricing_policy_scope on pricing_policy (tenant_id, scope_kind, coalesce(scope_value, ''));
call protect_table('pricing_policy');

create table pricing_control (
  tenant_id uuid primary key,
  halted boolean not null default false,
  reason text,
  changed_by uuid,
  changed_at timestamptz not null default now(),
  version integer not null default 1
);
call protect_table('pricing_control');

create table pricing_run (
  tenant_id uuid not null,
  id uuid not null,
  trigger text not null,
  state text not null check (state in ('completed', 'halted')),
  halt_reason text,
  strategy_reason text,
  counts jsonb not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  primary key (tenant_id, id)
);
call protect_table('pricing_run');

create table proposal (
  tenant_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  product_id uuid not null,
  policy_id uuid,
  state text not null check (state in ('proposed', 'approved', 'sent', 'confirmed', 'unknown', 'failed',
                                       'rolled_back', 'rejected', 'expired', 'superseded')),
  current_price numeric(18, 6) not null,
  proposed_price numeric(18, 6) not null,
  currency text not null,
  tax_basis text not null,
  margin_ppm bigint,
  expected jsonb,
  stake numeric(18, 6) generated always as (coalesce(abs((expected #>> '{gain,1}')::numeric), 0)) stored,
  strategy text not null,
  binding text[] not null default '{}',
  confidence smallint not null check (confidence between 0 and 100),
  reason text not null,
  explanation jsonb not null,
  approvals jsonb not null default '[]',
  approvals_needed smallint not null default 1,
  decided_by uuid,
  decided_at timestamptz,
  decision_reason text,
  apply_at timestamptz,
  sent_at timestamptz,
  confirmed_at timestamptz,
  failure text,
  product_version integer not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  version integer not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, product_id) references product (tenant_id, id) on delete cascade
);
create unique index proposal_open on proposal (tenant_id, product_id) where state in ('proposed', 'approved', 'sent', 'unknown');
create index proposal_state on proposal (tenant_id, state, id);
create index proposal_stake on proposal (tenant_id, state, stake, id);
create index proposal_run on proposal (tenant_id, run_id);
create index proposal_due on proposal (tenant_id, apply_at) where state = 'approved';
call protect_table('proposal');

-- Products that a run gave no price, and why: the newest answer for each.
create table price_hold (
  tenant_id uuid not null,
  product_id uuid not null,
  run_id uuid not null,
  outcome text not null check (outcome in ('held', 'no_price')),
  reasons text[] not null,
  explanation jsonb not null,
  at timestamptz not null,
  primary key (tenant_id, product_id),
  foreign key (tenant_id, product_id) references product (tenant_id, id) on delete cascade
);
call protect_table('price_hold');
