drop table price_hold, proposal, pricing_run, pricing_control, pricing_policy;
