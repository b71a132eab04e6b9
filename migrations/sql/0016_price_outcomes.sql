-- What applied prices were expected to bring, kept until what was sold can be held against it.
create table price_outcome (
  tenant_id uuid not null,
  proposal_id uuid not null,
  horizon smallint not null,
  product_id uuid not null,
  strategy text not null,
  confidence smallint not null check (confidence between 0 and 100),
  gain_chance real,
  currency text not null,
  price_before numeric(18, 6) not null,
  price numeric(18, 6) not null,
  unit_profit numeric(18, 6) not null,
  applied_at timestamptz not null,
  first_day date not null,
  units_before numeric(14, 3) not null,
  profit_before numeric(24, 6) not null,
  units_low numeric(14, 3) not null,
  units numeric(14, 3) not null,
  units_high numeric(14, 3) not null,
  sold_low numeric(14, 3) not null,
  sold_high numeric(14, 3) not null,
  state text not null default 'waiting' check (state in ('waiting', 'met', 'cut_short', 'out_of_stock')),
  units_sold numeric(14, 3),
  profit_made numeric(24, 6),
  decided_at timestamptz,
  primary key (tenant_id, proposal_id, horizon),
  foreign key (tenant_id, proposal_id) references proposal (tenant_id, id) on delete cascade,
  check ((state = 'met') = (units_sold is not null and profit_made is not null))
);
create index price_outcome_waiting on price_outcome (tenant_id, first_day) where state = 'waiting';
create index price_outcome_product on price_outcome (tenant_id, product_id, first_day desc);
call protect_table('price_outcome');
