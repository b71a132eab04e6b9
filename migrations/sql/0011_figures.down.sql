drop table figure_day;
