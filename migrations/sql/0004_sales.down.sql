drop table traffic, daily_sales, order_line;
