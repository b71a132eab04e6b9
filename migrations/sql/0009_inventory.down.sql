drop table stock_level;
