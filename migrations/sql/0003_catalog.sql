-- Products with their costs and own prices.

create table product (
  tenant_id uuid not null,
  id uuid not null,
  sku text not null,
  normalised_sku text not null,
  marketplace text not null default 'own',
  name text not null,
  brand text,
  category text,
  gtin text,
  mpn text,
  price numeric(18, 6),
  currency text not null,
  tax_basis text not null default 'gross' check (tax_basis in ('gross', 'net')),
  cost numeric(18, 6),
  min_price numeric(18, 6),
  max_price numeric(18, 6),
  map_price numeric(18, 6),
  inventory_level numeric(14, 3),
  attributes jsonb not null default '{}',
  status text not null default 'active' check (status in ('active', 'archived')),
  import_id uuid,
  row_number bigint,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, marketplace, sku)
);
create index product_normalised on product (tenant_id, normalised_sku);
create index product_gtin on product (tenant_id, gtin) where gtin is not null;
create index product_category on product (tenant_id, category, brand);
create index product_import on product (tenant_id, import_id) where import_id is not null;
create index product_words on product using gin ((name || ' ' || sku || ' ' || coalesce(brand, '')) gin_trgm_ops);
call protect_table('product');
call open_to_system('product', 'select');

-- Substring search: trigram operators are not leakproof and so never use an index under row-level security.
-- The function filters the tenant itself.
create function products_matching(words text, at_most integer) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select id from product
   where tenant_id = bound_tenant()
     and (name || ' ' || sku || ' ' || coalesce(brand, '')) ilike
         '%' || replace(replace(replace(words, '\', '\\'), '%', '\%'), '_', '\_') || '%'
   limit at_most
$$;
call give_to_system('products_matching(text, integer)');

-- Own prices over time.
create table price_point (
  tenant_id uuid not null,
  product_id uuid not null,
  at timestamptz not null,
  price numeric(18, 6) not null,
  currency text not null,
  tax_basis text not null,
  origin text not null,
  proposal_id uuid,
  import_id uuid,
  primary key (tenant_id, product_id, at)
) partition by range (at);
create table price_point_default partition of price_point default;
alter table price_point_default enable row level security;
alter table price_point_default force row level security;
call protect_table('price_point');

create table exchange_rate (
  tenant_id uuid not null,
  base text not null,
  quote text not null,
  day date not null,
  rate numeric(20, 10) not null check (rate > 0),
  source text not null,
  recorded_at timestamptz not null default now(),
  primary key (tenant_id, base, quote, day)
);
call protect_table('exchange_rate');
