drop table shadow_price, price_belief;
drop index pricing_policy_scope;
create unique index pricing_policy_scope on pricing_policy (tenant_id, scope_kind, coalesce(scope_value, ''));
