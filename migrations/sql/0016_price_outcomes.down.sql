drop table price_outcome;
