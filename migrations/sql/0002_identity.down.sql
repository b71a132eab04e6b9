drop function end_sessions_of(uuid, uuid, text, timestamptz);
drop function active_tenants();
drop function people_of_bound_tenant();
drop function memberships_of(uuid);
drop table saved_view, preference, login_failure, api_token, refresh_token, session, invitation, member, role, person, tenant;
