-- Order lines with returns, daily totals, traffic.

-- No index beside the key: a second one halves the speed of a load, and totals per product are in daily_sales.
-- No uuid a row: a line is known by its natural key, hashed, so that a file can be read twice.
create table order_line (
  tenant_id uuid not null default loading_tenant(),
  sold_on date not null,
  line_key bigint not null,
  sold_at timestamptz,  -- null where only the day is known
  product_id uuid not null,
  order_ref text,
  quantity numeric(14, 3) not null,
  revenue numeric(18, 6) not null,
  list_price numeric(18, 6),
  currency text not null,
  tax_basis text not null default 'gross',
  kind text not null default 'sale' check (kind in ('sale', 'return', 'cancellation')),
  channel text,
  country text,
  customer_ref text,
  promotion boolean,
  import_id uuid default loading_load(),
  row_number bigint,
  primary key (tenant_id, sold_on, line_key)
) partition by range (sold_on);
create table order_line_default partition of order_line default;
alter table order_line_default enable row level security;
alter table order_line_default force row level security;
call protect_table('order_line');
grant insert (sold_on, line_key, sold_at, product_id, order_ref, quantity, revenue, list_price, currency, tax_basis, kind,
              channel, country, customer_ref, promotion, row_number) on order_line to shopwright_loader;

-- Totals per product and business day of the shop, made from the order lines by SalesService.rebuild_daily.
-- Units and revenue are gross; what was returned or cancelled is dated to the sale and subtracted for the net.
create table daily_sales (
  tenant_id uuid not null,
  product_id uuid not null,
  day date not null,
  currency text not null,
  orders integer not null,
  units numeric(14, 3) not null,
  units_returned numeric(14, 3) not null,
  units_cancelled numeric(14, 3) not null,
  revenue numeric(18, 6) not null,
  revenue_returned numeric(18, 6) not null,
  revenue_cancelled numeric(18, 6) not null,
  primary key (tenant_id, product_id, day, currency)
);
create index daily_sales_day on daily_sales (tenant_id, day);
call protect_table('daily_sales');

-- Orders of each business day, since totals per product cannot tell an order of two products from two orders.
create table daily_orders (
  tenant_id uuid not null,
  day date not null,
  orders integer not null,
  primary key (tenant_id, day)
);
call protect_table('daily_orders');

create table traffic (
  tenant_id uuid not null,
  product_id uuid not null,
  day date not null,
  sessions integer not null,
  views integer not null,
  import_id uuid,
  row_number bigint,
  primary key (tenant_id, product_id, day)
);
call protect_table('traffic');
