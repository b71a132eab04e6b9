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
