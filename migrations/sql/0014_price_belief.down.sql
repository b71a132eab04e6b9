drop table price_belief;
