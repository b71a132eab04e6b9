-- States of figures at the ends of days, kept because reading them from every sighting and count again takes seconds.
create table figure_day (
  tenant_id uuid not null,
  figure text not null,
  day date not null,
  value numeric(18, 6) not null,
  primary key (tenant_id, figure, day)
);
call protect_table('figure_day');
