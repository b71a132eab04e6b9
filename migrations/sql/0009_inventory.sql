-- Stock as it was counted: one row a product, warehouse and moment. The newest is in force.

create table stock_level (
  tenant_id uuid not null,
  product_id uuid not null,
  warehouse text not null,
  counted_at timestamptz not null,
  quantity numeric(14, 3) not null,
  import_id uuid,
  row_number bigint,
  primary key (tenant_id, product_id, warehouse, counted_at)
);
call protect_table('stock_level');
