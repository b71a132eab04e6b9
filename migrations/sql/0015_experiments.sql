-- Experiments: two ways to price compared by lot. What is drawn can be drawn again from the seed.
create table experiment (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  state text not null check (state in ('draft', 'running', 'stopped', 'finished')),
  protocol jsonb not null,
  category text,
  brand text,
  control_policy uuid,  -- null: present prices stay
  treatment_policy uuid,
  seed bigint not null,
  currency text,
  started_on date,  -- the first business day on which arms have their prices
  ended_at timestamptz,
  end_reason text,
  report jsonb,
  created_at timestamptz not null,
  version integer not null default 1,
  primary key (tenant_id, id)
);
create index experiment_running on experiment (tenant_id) where state = 'running';
call protect_table('experiment');

-- `arms` hold one arm a block of time: -1 outside, 0 control, 1 treatment.
create table experiment_cluster (
  tenant_id uuid not null,
  experiment_id uuid not null,
  number integer not null,
  name text not null,
  pair integer not null,
  arms smallint[] not null,
  primary key (tenant_id, experiment_id, number),
  foreign key (tenant_id, experiment_id) references experiment (tenant_id, id) on delete cascade
);
call protect_table('experiment_cluster');

create table experiment_product (
  tenant_id uuid not null,
  experiment_id uuid not null,
  product_id uuid not null,
  cluster integer not null,
  primary key (tenant_id, experiment_id, product_id),
  foreign key (tenant_id, experiment_id, cluster)
    references experiment_cluster (tenant_id, experiment_id, number) on delete cascade,
  foreign key (tenant_id, product_id) references product (tenant_id, id) on delete cascade
);
create index experiment_product_product on experiment_product (tenant_id, product_id);
call protect_table('experiment_product');
