-- Competitors and their offers.

create table competitor (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text not null,
  is_own boolean not null default false,
  status text not null default 'active' check (status in ('active', 'ignored')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name_key)
);
call protect_table('competitor');

-- The newest offer of a competitor for one item in one condition.
create table offer (
  tenant_id uuid not null,
  id uuid not null,
  competitor_id uuid not null,
  item_key text not null,
  product_id uuid,
  title text,
  gtin text,
  mpn text,
  brand text,
  price numeric(18, 6) not null,
  shipping numeric(18, 6),
  currency text not null,
  tax_basis text not null default 'gross',
  availability text not null check (availability in ('in_stock', 'out_of_stock', 'unknown')),
  condition text not null check (condition in ('new', 'refurbished', 'used', 'unknown')),
  pack_quantity integer not null default 1 check (pack_quantity > 0),
  promotion boolean not null default false,
  regular_price numeric(18, 6),
  promoted_since timestamptz,
  promoted_until timestamptz,
  url text,
  source text not null,
  seen_at timestamptz not null,
  match_state text not null check (match_state in ('automatic', 'confirmed', 'review', 'rejected', 'unmatched')),
  match_confidence numeric(4, 3) not null default 0 check (match_confidence between 0 and 1),
  match_reason text,
  import_id uuid,
  row_number bigint,
  version integer not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, competitor_id, item_key, condition),
  foreign key (tenant_id, competitor_id) references competitor (tenant_id, id)
);
create index offer_product on offer (tenant_id, product_id) where product_id is not null;
create index offer_state on offer (tenant_id, match_state, id);
create index offer_import on offer (tenant_id, import_id) where import_id is not null;
call protect_table('offer');

-- Every price that was seen, over time.
create table offer_point (
  tenant_id uuid not null,
  offer_id uuid not null,
  seen_at timestamptz not null,
  price numeric(18, 6) not null,
  shipping numeric(18, 6),
  availability text not null,
  promotion boolean not null default false,
  source text not null,
  import_id uuid,
  row_number bigint,
  primary key (tenant_id, offer_id, seen_at)
) partition by range (seen_at);
create table offer_point_default partition of offer_point default;
alter table offer_point_default enable row level security;
alter table offer_point_default force row level security;
call protect_table('offer_point');
