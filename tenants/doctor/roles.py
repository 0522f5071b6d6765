"""Roles: every tenant has its own with exactly the rights it needs, and none is left over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.doctor.finding import Finding
from tenants.doctor.queries import fetch
from tenants.names import TENANT_SCHEMA_PREFIX, group_role
from tenants.rights import list_row_rules, list_table_rights

_PARTS: Final = """
SELECT t.slug, %(prefix)s || '_' || t.schema_name, r.oid IS NOT NULL,
       coalesce(r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls, false),
       EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid AND m.roleid = g.oid),
       EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid AND m.member = a.oid),
       ARRAY(SELECT pg_get_userbyid(m.roleid)::text FROM pg_auth_members m
             WHERE m.member = r.oid AND m.roleid <> g.oid ORDER BY 1)
FROM registry_tenant t
LEFT JOIN pg_roles r ON r.rolname = %(prefix)s || '_' || t.schema_name
CROSS JOIN (SELECT oid FROM pg_roles WHERE rolname = %(tenant)s) g
CROSS JOIN (SELECT oid FROM pg_roles WHERE rolname = %(app)s) a
ORDER BY t.slug
"""
# Roles are of the whole server: one that another database there uses is not ours to judge.
_LEFT_OVER: Final = """
SELECT r.rolname FROM pg_roles r
WHERE starts_with(r.rolname, %(beginning)s)
  AND NOT EXISTS (SELECT FROM registry_tenant t WHERE %(prefix)s || '_' || t.schema_name = r.rolname)
  AND NOT EXISTS (
      SELECT FROM pg_shdepend d WHERE d.refobjid = r.oid AND d.refclassid = 'pg_authid'::regclass
      AND d.dbid NOT IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  )
ORDER BY 1
"""
_SHARED_RIGHTS: Final = """
SELECT c.relname, pg_get_userbyid(a.grantee)::text, string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.grantee <> c.relowner
GROUP BY c.relname, a.grantee
"""
_ROW_RULES: Final = """
SELECT c.relname, p.polname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_policy p ON p.polrelid = c.oid WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relrowsecurity
"""


def examine_roles() -> Iterator[Finding]:
    """Name tenants whose role is missing, has too much or too little, and roles without a tenant."""
    prefix = settings.VERBUND_ROLE_PREFIX
    names = {"prefix": prefix, "tenant": group_role("tenant"), "app": group_role("app")}
    again = _("„verbund onboard“ für diese Kommune ergänzt, was fehlt.")
    for slug, role, is_there, is_mighty, in_group, app_may, others in fetch(_PARTS, names):
        if not is_there:
            yield Finding("problem", "role_missing", slug, _("die Rolle {role} fehlt").format(role=role), again)
            continue
        if is_mighty:
            what = _("die Rolle {role} hat Rechte auf dem ganzen Server").format(role=role)
            advice = f"ALTER ROLE {role} NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS"
            yield Finding("problem", "role_mighty", slug, what, advice)
        if not in_group or not app_may:
            what = _("der Rolle {role} fehlt eine Mitgliedschaft").format(role=role)
            yield Finding("problem", "role_membership", slug, what, again)
        for other in others:
            what = _("die Rolle {role} darf auch, was {other} darf").format(role=role, other=other)
            yield Finding("problem", "role_membership", slug, what, f"REVOKE {other} FROM {role}")
    beginning = f"{prefix}_{TENANT_SCHEMA_PREFIX}"
    for (role,) in fetch(_LEFT_OVER, {"prefix": prefix, "beginning": beginning}):
        what = _("Die Rolle {role} gehört zu keiner Kommune").format(role=role)
        yield Finding("problem", "role_orphaned", "", what, f"DROP OWNED BY {role}; DROP ROLE {role}")


def examine_shared_rights() -> Iterator[Finding]:
    """Compare the rights on shared tables, and row-level security there, with what the apps declare."""
    declared = {
        (table, group_role(group)): ", ".join(sorted(rights.split(", ")))
        for table, groups in list_table_rights().items()
        for group, rights in groups.items()
    }
    found = {(table, role): rights for table, role, rights in fetch(_SHARED_RIGHTS)}
    again = _("„verbund migrate“ stellt die vorgesehenen Rechte wieder her.")
    for table, role in sorted(declared.keys() | found.keys()):
        wanted, has = declared.get((table, role), "–"), found.get((table, role), "–")
        if wanted != has:
            what = _("{role} hat auf {table} die Rechte {has}, vorgesehen sind {wanted}").format(
                role=role, table=table, has=has, wanted=wanted
            )
            yield Finding("problem", "shared_rights", "", what, again)
    rules = {(table, group) for table, groups in list_row_rules().items() for group in groups}
    for table, rule in sorted(rules ^ {(table, rule) for table, rule in fetch(_ROW_RULES)}, key=str):
        what = _("Die Zeilenregel {rule} auf {table} fehlt oder ist fremd").format(rule=rule or "–", table=table)
        yield Finding("problem", "row_rules", "", what, again)
