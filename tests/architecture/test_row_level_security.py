"""Holds the database's own list of tables, indexes, functions and roles to the rule that tenants are kept apart.

Nothing here names what has to be right: whatever the catalog lists is examined, and what is exempt stands below
with its reason.
"""

from datetime import date
from typing import Any, Final, TypeAlias

import asyncpg
import pytest

Administrator: TypeAlias = "asyncpg.Connection[Any]"

WITHOUT_TENANT: Final = {
    "public.schema_version": "the version of the schema itself; it says nothing about anyone",
}
SCHEMAS_WITHOUT_TENANT: Final = {
    "jobs": "the queue's own tables: a payload holds ids, never data, and whoever works on it binds to the tenant",
}
INDEXES_ACROSS_TENANTS: Final = {
    "journal_relay": "the relay reads all tenants in the order of transactions, through functions of the system role",
    "delivery_due": "the relay looks for what is due of all tenants, through a function of the system role",
    "member_person": "memberships_of() finds the tenants of one person",
    "session_person": "end_sessions_of() ends the sessions of one person in all tenants",
    "job_progress_finished": "old jobs of all tenants are forgotten by prune_jobs()",
    "product_words": "trigrams for products_matching(), which filters the tenant itself",
}
SECURITY_DEFINERS: Final = {
    "active_tenants()": "schedules run for each tenant",
    "deliveries_counted()": "metrics of the relay, without content",
    "deliveries_due(text,timestamp with time zone,integer)": "the relay retries for all tenants",
    "end_sessions_of(uuid,uuid,text,timestamp with time zone)": "a new password or a deactivation ends all sessions",
    "ensure_month(regclass,date)": "makes one month's partition of a listed table: the application's only DDL",
    "journal_after(xid8,bigint,integer)": "reads all tenants' entries in one total order",
    "journal_rebase()": "after a restore every consumer of every tenant stands at the present",
    "journal_unseen(text,text[],pg_snapshot,pg_snapshot,bigint,bigint,integer)": "the relay delivers all tenants'",
    "journal_waiting(text,text[])": "metrics of the relay, without content",
    "jobs_counted()": "metrics of the workers, without content",
    "jobs_moving(uuid[],timestamp with time zone,integer)": "a process tells the open pages of each tenant of its jobs",
    "jobs_to_stop(uuid[],integer[])": "a worker asks which of the jobs that it runs it must stop",
    "memberships_of(uuid)": "a person who signs in chooses among the tenants",
    "people_of_bound_tenant()": "names of the bound tenant's members: people belong to the system tenant",
    "products_matching(text,integer)": "trigram operators use no index under row-level security",
    "prune_deliveries(text,xid8,timestamp with time zone)": "the relay forgets what was delivered long ago",
    "prune_jobs(timestamp with time zone,timestamp with time zone)": "workers forget what ended long ago",
    "recover_jobs()": "a job that fell out of the queue is put back, whosever it is",
}
OWNED_BY_OWNER: Final = {"ensure_month(regclass,date)": "who makes a partition owns it"}
CALLED_BY_OWNER: Final = {"journal_rebase()": "a restore is the administrator's work, never the program's"}
BOUND: Final = (
    "(tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS \"nullif\"))"
)
LOADED: Final = {"order_line": "a file has a million of them"}
DEFAULT_RIGHTS: Final = {"INSERT", "SELECT", "UPDATE", "DELETE"}

_OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
_NO_EXTENSION = "not exists (select from pg_depend d where d.objid = {0}.oid and d.deptype = 'e')"
_TABLES = f"""
select n.nspname || '.' || c.relname as name, n.nspname as schema, c.oid, c.relispartition as is_partition,
       c.relrowsecurity as enabled, c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull
                  and a.atttypid = 'uuid'::regtype and not a.attisdropped) as has_tenant
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and {_OURS} and {_NO_EXTENSION.format("c")}
 order by 1
"""
_POLICIES = """
select p.polname as name, p.polcmd = '*' as for_all, p.polpermissive as permissive,
       array(select case r when 0 then 'public' else pg_get_userbyid(r) end from unnest(p.polroles) r) as roles,
       pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as with_check
  from pg_policy p where p.polrelid = $1
"""
_RIGHTS = """
select a.grantee, a.privilege_type as granted from pg_class c, aclexplode(c.relacl) a
 where c.oid = $1 and a.grantee in (0, 'shopwright_app'::regrole)
"""
_FUNCTIONS = f"""
select p.oid::regprocedure::text as name, p.proconfig as settings, pg_get_userbyid(p.proowner) as owner,
       array(select case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee) end
               from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
              where a.grantee <> p.proowner) as callers
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where p.prosecdef and {_OURS} and {_NO_EXTENSION.format("p")}
 order by 1
"""
_INDEXES = f"""
select i.indexrelid::regclass::text as name, t.relname as table,
       (select a.attname from pg_attribute a where a.attrelid = t.oid and a.attnum = i.indkey[0]) as first
  from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
 where {_OURS} and n.nspname || '.' || t.relname <> all($1) and n.nspname <> all($2)
   and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
"""


async def tables(administrator: Administrator) -> list[asyncpg.Record]:
    """List everything that holds rows of tenants, a fresh partition of each kind included."""
    for parent in ("journal", "order_line", "price_point", "offer_point"):
        await administrator.execute("select ensure_month($1::text::regclass, $2)", parent, date(2031, 5, 1))
    rows = await administrator.fetch(_TABLES)
    found = [row for row in rows if row["name"] not in WITHOUT_TENANT and row["schema"] not in SCHEMAS_WITHOUT_TENANT]
    assert sum(row["is_partition"] for row in found) >= 8
    return found


@pytest.mark.property_test(83)
async def test_every_row_has_its_tenant(administrator: Administrator) -> None:
    assert [row["name"] for row in await tables(administrator) if not row["has_tenant"]] == []


@pytest.mark.property_test(82)
async def test_every_table_stands_under_forced_row_level_security(administrator: Administrator) -> None:
    found = await tables(administrator)
    assert [row["name"] for row in found if not (row["enabled"] and row["forced"])] == []


@pytest.mark.property_test(82)
async def test_every_table_shows_and_takes_rows_of_the_bound_tenant_only(administrator: Administrator) -> None:
    for table in await tables(administrator):
        policies = {row["name"]: dict(row) for row in await administrator.fetch(_POLICIES, table["oid"])}
        if table["is_partition"]:
            assert policies == {}, "reached through its parent alone; without a policy it shows nothing"
            continue
        tenant = policies.pop("tenant")
        assert (tenant["for_all"], tenant["permissive"], tenant["roles"]) == (True, True, ["public"]), table["name"]
        assert (tenant["using"], tenant["with_check"]) == (BOUND, BOUND), table["name"]
        # A second permissive policy widens the first, so none may reach the application's role.
        assert [p["roles"] for p in policies.values()] in ([], [["shopwright_system"]]), table["name"]


async def test_the_application_has_no_right_beyond_rows(administrator: Administrator) -> None:
    for table in await tables(administrator):
        rights = await administrator.fetch(_RIGHTS, table["oid"])
        granted = {row["granted"] for row in rights}
        assert [row for row in rights if row["grantee"] == 0] == [], table["name"]
        assert granted == set() if table["is_partition"] else "SELECT" in granted, table["name"]
        assert granted <= DEFAULT_RIGHTS, table["name"]
        if table["name"].startswith("public.journal") and table["name"] != "public.journal_offset":
            assert granted <= {"SELECT", "INSERT"}, table["name"]


async def test_no_view_looks_past_row_level_security(administrator: Administrator) -> None:
    views = await administrator.fetch(
        f"""select c.relname, c.relkind, c.reloptions from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('v', 'm', 'f') and {_OURS} and {_NO_EXTENSION.format("c")}"""
    )
    beyond = [row["relname"] for row in views if "security_invoker=true" not in (row["reloptions"] or ())]
    assert beyond == []


async def test_every_index_begins_with_the_tenant_or_says_why_not(administrator: Administrator) -> None:
    rows = await administrator.fetch(_INDEXES, list(WITHOUT_TENANT), list(SCHEMAS_WITHOUT_TENANT))
    assert len(rows) > 40
    across = {row["name"] for row in rows if row["first"] != "tenant_id"}
    assert across == set(INDEXES_ACROSS_TENANTS)


@pytest.mark.property_test(82)
async def test_every_function_with_rights_of_its_own_is_listed_and_closed(administrator: Administrator) -> None:
    rows = await administrator.fetch(_FUNCTIONS)
    assert {row["name"] for row in rows} == set(SECURITY_DEFINERS)
    for row in rows:
        assert row["settings"] == ["search_path=public, pg_temp"], row["name"]
        owner = "shopwright_owner" if row["name"] in OWNED_BY_OWNER else "shopwright_system"
        caller = "shopwright_owner" if row["name"] in CALLED_BY_OWNER else "shopwright_app"
        assert (row["owner"], row["callers"]) == (owner, [caller]), row["name"]


async def test_the_application_owns_nothing_and_passes_nothing(administrator: Administrator) -> None:
    roles = await administrator.fetch(
        """select rolname, rolcanlogin, rolbypassrls, rolsuper or rolcreaterole or rolcreatedb or rolreplication
                  as more from pg_roles where rolname ~ '^shopwright_'"""
    )
    assert {row["rolname"]: row["rolcanlogin"] for row in roles} == {
        "shopwright_owner": True, "shopwright_app": True, "shopwright_system": False, "shopwright_loader": False
    }  # fmt: skip
    assert [row["rolname"] for row in roles if row["rolbypassrls"]] == ["shopwright_loader"]
    assert [row["rolname"] for row in roles if row["more"]] == []
    owned = await administrator.fetch(
        """select classid::regclass::text, objid from pg_shdepend
            where refobjid = 'shopwright_app'::regrole and deptype = 'o'"""
    )
    assert owned == []
    made_for = await administrator.fetch("select * from pg_default_acl")
    assert made_for == []


@pytest.mark.property_test(82)
async def test_the_loader_adds_to_columns_of_a_few_tables_and_names_no_tenant(administrator: Administrator) -> None:
    rows = await administrator.fetch(
        """select c.relname as table, a.attname as column, x.privilege_type as granted
             from pg_attribute a join pg_class c on c.oid = a.attrelid, aclexplode(a.attacl) x
            where x.grantee = 'shopwright_loader'::regrole"""
    )
    assert {(row["table"], row["granted"]) for row in rows} == {(table, "INSERT") for table in LOADED}
    assert {row["column"] for row in rows} & {"tenant_id", "import_id"} == set()
    whole = await administrator.fetch(
        """select relname from pg_class, aclexplode(relacl) x where x.grantee = 'shopwright_loader'::regrole"""
    )
    assert whole == []
    defaults = await administrator.fetch(
        """select pg_get_expr(d.adbin, d.adrelid) as says from pg_attrdef d join pg_attribute a
               on a.attrelid = d.adrelid and a.attnum = d.adnum join pg_class c on c.oid = d.adrelid
            where c.relname = any($1) and a.attname in ('tenant_id', 'import_id')""",
        list(LOADED),
    )
    assert {row["says"] for row in defaults} == {"loading_tenant()", "loading_load()"}


async def test_no_role_inherits_the_rights_of_another(administrator: Administrator) -> None:
    rows = await administrator.fetch(
        """select roleid::regrole::text as role, member::regrole::text as member, inherit_option as inherits,
                  admin_option as admin from pg_auth_members where member::regrole::text ~ '^shopwright_'"""
    )
    becomes = {(row["member"], row["role"]) for row in rows if row["member"] != "shopwright_owner"}
    assert becomes == {("shopwright_app", "shopwright_loader")}
    # The owner gives functions away to the system role, and for that may become it; it does not by itself.
    over = [row for row in rows if row["role"] != "shopwright_app" and (row["inherits"] or row["admin"])]
    assert over == []


async def test_the_application_makes_no_objects_but_temporary_ones(administrator: Administrator) -> None:
    row = await administrator.fetchrow(
        """select has_database_privilege('shopwright_app', current_database(), 'CREATE') as schemas,
                  has_database_privilege('shopwright_app', current_database(), 'TEMP') as temporary,
                  has_schema_privilege('shopwright_app', 'public', 'CREATE') as tables,
                  has_schema_privilege('public', 'public', 'CREATE') as everyone"""
    )
    assert row is not None
    assert dict(row) == {"schemas": False, "temporary": True, "tables": False, "everyone": False}


async def test_the_journal_refuses_change_in_every_partition(administrator: Administrator) -> None:
    journals = [row["name"] for row in await tables(administrator) if row["name"].startswith("public.journal_")]
    partitions = [name for name in journals if name != "public.journal_offset"]
    assert len(partitions) >= 4
    for name in ["public.journal", *partitions]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await administrator.execute(f"truncate {name}")
