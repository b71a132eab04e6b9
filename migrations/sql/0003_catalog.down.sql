drop function products_matching(text, integer);
drop table exchange_rate, price_point, product;
drop function count_pricing_version();
