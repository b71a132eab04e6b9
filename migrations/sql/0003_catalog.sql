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
  tags text[] not null default '{}',
  status text not null default 'active' check (status in ('active', 'archived')),
  import_id uuid,
  row_number bigint,
  version integer not null default 1,
  pricing_version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Identifiers as they are compared: leading zeros do not tell a GTIN from another, nor does punctuation an MPN.
  gtin_key text generated always as (nullif(ltrim(translate(gtin, ' -', ''), '0'), '')) stored,
  mpn_key text generated always as (lower(trim(brand)) || ' ' || upper(nullif(regexp_replace(mpn, '[^[:alnum:]]', '', 'g'), ''))) stored,
  primary key (tenant_id, id),
  unique (tenant_id, marketplace, sku)
);
create index product_sku on product (tenant_id, sku, id);
create index product_normalised on product (tenant_id, normalised_sku);
create index product_gtin on product (tenant_id, gtin_key) where gtin_key is not null;
create index product_mpn on product (tenant_id, mpn_key) where mpn_key is not null;
create index product_category on product (tenant_id, category, brand);
create index product_import on product (tenant_id, import_id) where import_id is not null;
create index product_words on product using gin ((name || ' ' || sku || ' ' || coalesce(brand, '')) gin_trgm_ops);
call protect_table('product');

-- A computed price is good for the terms that it was computed from. They are counted here, whoever writes them, so that
-- a new name or stock level does not spoil a proposal and a new cost always does.
create function count_pricing_version() returns trigger
language plpgsql as $$
begin
  new.pricing_version := old.pricing_version + 1;
  return new;
end
$$;
create trigger product_pricing_version before update on product for each row
  when ((old.price, old.currency, old.tax_basis, old.cost, old.min_price, old.max_price, old.map_price)
        is distinct from
        (new.price, new.currency, new.tax_basis, new.cost, new.min_price, new.max_price, new.map_price))
  execute function count_pricing_version();
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

-- Own prices over time: a point whenever the price changes, so that the newest one at or before a moment was in force.
-- `previous` is the price until then, null when there was none or it had another currency or tax basis: with it, what
-- was in force a week ago is read from the week's points alone.
create table price_point (
  tenant_id uuid not null,
  product_id uuid not null,
  at timestamptz not null,
  price numeric(18, 6) not null,
  previous numeric(18, 6),
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
