-- What pricing believes of demand: estimated responses brought together with costs, margins and forecasts, by product.

create table price_belief (
  tenant_id uuid not null,
  product_id uuid not null,
  made_at timestamptz not null,
  currency text not null,
  base_units double precision not null,  -- a day at the price `centre`
  units_sd double precision not null,
  centre double precision not null,  -- in the currency's unit
  slope_constant double precision not null,
  slope_semi_log double precision not null,
  sd_constant double precision not null,
  sd_semi_log double precision not null,
  constant_weight double precision not null,
  rival_elasticity double precision not null,
  rival_level double precision not null,  -- mean log price of rivals
  follow double precision not null,
  halo double precision not null,
  refusals integer not null,  -- why the estimate may not choose a price: bits, 0 is none
  primary key (tenant_id, product_id)
);
call protect_table('price_belief');

-- What policies in shadow would have asked, beside what happened: the newest of each day.
create table shadow_price (
  tenant_id uuid not null,
  policy_id uuid not null,
  day date not null,
  product_id uuid not null,
  run_id uuid not null,
  at timestamptz not null,
  strategy text not null,
  outcome text not null check (outcome in ('proposed', 'held', 'no_price')),
  currency text not null,
  current_price numeric(18, 6),
  live_price numeric(18, 6),    -- what was decided at the same moment, be it the price in force
  shadow_price numeric(18, 6),  -- null where the policy would have left the price
  confidence smallint not null check (confidence between 0 and 100),
  reason text not null,
  gain numeric(18, 6)[],        -- expected change of weekly profit against staying: low, middle, high
  primary key (tenant_id, policy_id, day, product_id),
  foreign key (tenant_id, policy_id) references pricing_policy (tenant_id, id) on delete cascade,
  foreign key (tenant_id, product_id) references product (tenant_id, id) on delete cascade
);
create index shadow_price_product on shadow_price (tenant_id, product_id, day);
call protect_table('shadow_price');

-- A policy in shadow stands beside the live one of the same scope.
drop index pricing_policy_scope;
create unique index pricing_policy_scope
  on pricing_policy (tenant_id, scope_kind, coalesce(scope_value, ''), coalesce(content ->> 'mode', 'live'));
