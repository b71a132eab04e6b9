-- Forecasts: the newest of each product, and those that are kept until what was sold can be held against them.

-- The arrays `units` to `high_95` hold one value a day from `first_day` on; those of totals one a horizon.
create table forecast (
  tenant_id uuid not null,
  product_id uuid not null,
  made_at timestamptz not null,
  first_day date not null,
  history_days integer not null,
  confidence smallint not null check (confidence between 0 and 100),
  weekly real not null,  -- shares of the variation that a season explains, 0 to 1
  yearly real not null,
  units real[] not null,
  low_95 real[] not null,
  low_80 real[] not null,
  high_80 real[] not null,
  high_95 real[] not null,
  horizons smallint[] not null,
  totals real[] not null,
  totals_low_95 real[] not null,
  totals_low_80 real[] not null,
  totals_high_80 real[] not null,
  totals_high_95 real[] not null,
  primary key (tenant_id, product_id)
) with (toast_tuple_target = 8160);  -- two kilobytes a row: compressing them costs more than the room
call protect_table('forecast');

create table forecast_kept (
  tenant_id uuid not null,
  product_id uuid not null,
  first_day date not null,
  horizon smallint not null,
  units real not null,
  low_95 real not null,
  low_80 real not null,
  high_80 real not null,
  high_95 real not null,
  actual real,  -- null until the horizon has passed
  hindsight boolean not null default false,  -- made later, from what was known before the first day
  primary key (tenant_id, first_day, horizon, product_id)
);
call protect_table('forecast_kept');
