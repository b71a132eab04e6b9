drop table traffic, daily_orders, daily_sales, order_line;
