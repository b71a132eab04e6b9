drop table review;
drop function review_key(text, text, date, text);
