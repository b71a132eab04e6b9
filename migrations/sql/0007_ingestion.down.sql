drop table saved_mapping, import;
