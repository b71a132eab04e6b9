drop table stock_level, review, saved_mapping, import;
