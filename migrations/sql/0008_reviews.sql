-- Reviews as they came in.

create table review (
  tenant_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  review_key bigint not null,
  rating smallint not null check (rating between 1 and 5),
  title text,
  text text not null,
  language text,
  author_ref text,
  source text not null,
  written_on date not null,
  import_id uuid,
  row_number bigint,
  primary key (tenant_id, id),
  unique (tenant_id, product_id, review_key)
);
create index review_product on review (tenant_id, product_id, written_on);
create index review_page on review (tenant_id, written_on, id);
create index review_import on review (tenant_id, import_id) where import_id is not null;

-- What names a review in the world, so that a file can be read twice.
create function review_key(source text, author_ref text, written_on date, text text)
returns bigint language sql immutable parallel safe as $$
  select hashtextextended(source || '|' || coalesce(author_ref, '') || '|' || (written_on - date '2000-01-01')::text
                          || '|' || text, 0)
$$;
call protect_table('review');
