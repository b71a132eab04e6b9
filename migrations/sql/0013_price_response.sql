-- How demand answers to the price of each product: the newest estimate, with where it comes from and what it allows.

-- What is not known is NaN. Figures are explained at `ProductResponse` in the program.
create table price_response (
  tenant_id uuid not null,
  product_id uuid not null,
  made_at timestamptz not null,
  first_day date not null,
  currency text not null,
  elasticity double precision not null,
  elasticity_sd double precision not null,
  elasticity_low double precision not null,  -- 95 %
  elasticity_high double precision not null,
  constant_location double precision not null,
  constant_scale double precision not null,
  semi_log_location double precision not null,
  semi_log_scale double precision not null,
  constant_weight double precision not null check (constant_weight between 0 and 1),
  reference double precision not null,
  base_units double precision not null,  -- a day
  base_spread double precision not null,
  cross_elasticity double precision not null,
  cross_sd double precision not null,
  own_share double precision not null,
  category_share double precision not null,
  shop_share double precision not null,
  price_spread double precision not null,
  units double precision not null,
  stock_out_share double precision not null,
  before_t double precision not null,
  shop_before_t double precision not null,
  trial_step double precision not null,
  trial_sd double precision not null,
  rival_level double precision not null,
  follow double precision not null,
  changes integer not null,
  refusals integer not null,  -- bits of Refusal
  days integer not null,
  rivals integer not null,
  trial_weeks integer not null,
  trial_enough boolean not null,
  primary key (tenant_id, product_id)
);
call protect_table('price_response');
