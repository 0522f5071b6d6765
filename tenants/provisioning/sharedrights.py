"""Give each group of database users exactly the declared rights on each shared table, and row-level security there.

Only what differs is sent, table by table: a policy takes a lock that nobody can read the table beside, and the
deployment serves its portals meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from tenants.errors import Conflict
from tenants.names import PUBLIC_SCHEMA, Group, checked, group_role
from tenants.provisioning.locking import is_lock_timeout
from tenants.rights import list_row_rules, list_table_rights

GROUPS: Final[tuple[Group, ...]] = ("tenant", "umbrella", "operator", "editor", "accounts", "projector")

_LOCK_SECONDS = 5.0
_TRIES: Final = 5
_RIGHTS: Final = """
SELECT c.relname, r.rolname, array_agg(a.privilege_type || CASE WHEN a.is_grantable THEN ' to give on' ELSE '' END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = %s AND c.relname = ANY(%s) AND r.rolname = ANY(%s)
GROUP BY c.relname, r.rolname
"""
_SECURED: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = ANY(%s) AND c.relrowsecurity
"""
_POLICIES: Final = """
SELECT c.relname, p.polname, obj_description(p.oid, 'pg_policy'), jsonb_build_array(
           p.polpermissive, p.polcmd::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
           (SELECT jsonb_agg(pg_get_userbyid(role)::text) FROM unnest(p.polroles) role))::text
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = ANY(%s)
"""


@dataclass(frozen=True)
class _Policy:
    """A policy as it stands. `mark` is the comment of `_mark`, `body` what the server understands by it."""

    mark: str
    body: str


def apply_rights() -> None:
    """Bring rights and row-level security of all shared tables to what the apps declare.

    Raises: Conflict when a group is missing on the server, or a table stays locked by others for long.
    """
    rights, rules = list_table_rights(), list_row_rules()
    tables = sorted(rights)
    with connection.cursor() as cursor:
        _require_groups(cursor)
        granted = _read_granted(cursor, tables)
        cursor.execute(_SECURED, [PUBLIC_SCHEMA, tables])
        secured = {table for (table,) in cursor.fetchall()}
        policies = _read_policies(cursor, tables)
    for table in tables:
        grants = _grants(table, rights[table], granted.get(table, {}))
        wanted, found = rules.get(table, {}), policies.get(table, {})
        stale = [name for name, one in found.items() if one.mark != _mark(wanted.get(name), one.body)]  # type: ignore[call-overload]  # names of groups, or foreign ones
        if grants or stale or wanted.keys() - found.keys() or bool(wanted) != (table in secured):
            _patiently(table, lambda: _change(table, grants, wanted=wanted, stale=stale))  # noqa: B023 -- runs at once


def _require_groups(cursor: CursorWrapper) -> None:
    """Refuse to go on where a release has brought a group of which the server knows nothing yet."""
    wanted = {group_role(group) for group in GROUPS}
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [sorted(wanted)])
    missing = sorted(wanted - {name for (name,) in cursor.fetchall()})
    if missing:
        raise Conflict(
            _(
                "Auf dem Datenbankserver fehlt: {roles}. Führen Sie „verbund database prepare“ aus, "
                "danach noch einmal „verbund migrate“."
            ).format(roles=", ".join(missing)),
            code="roles_missing",
        )


def _read_granted(cursor: CursorWrapper, tables: list[str]) -> dict[str, dict[str, set[str]]]:
    cursor.execute(_RIGHTS, [PUBLIC_SCHEMA, tables, [group_role(group) for group in GROUPS]])
    found: dict[str, dict[str, set[str]]] = {}
    for table, role, names in cursor.fetchall():
        found.setdefault(table, {})[role] = set(names)
    return found


def _read_policies(cursor: CursorWrapper, tables: list[str]) -> dict[str, dict[str, _Policy]]:
    cursor.execute(_POLICIES, [PUBLIC_SCHEMA, tables])
    found: dict[str, dict[str, _Policy]] = {}
    for table, name, mark, body in cursor.fetchall():
        found.setdefault(table, {})[name] = _Policy(mark or "", body)
    return found


def _grants(table: str, rights: Mapping[Group, str], granted: Mapping[str, set[str]]) -> list[str]:
    name = f"{PUBLIC_SCHEMA}.{checked(table)}"
    statements = []
    for group in GROUPS:
        role, wanted = group_role(group), rights.get(group, "")
        if granted.get(role, set()) != (set(wanted.split(", ")) if wanted else set()):
            statements.append(f"REVOKE ALL ON {name} FROM {role}")
            statements += [f"GRANT {wanted} ON {name} TO {role}"] if wanted else []
    return statements


def _change(table: str, grants: list[str], *, wanted: Mapping[Group, str], stale: list[str]) -> None:
    name = f"{PUBLIC_SCHEMA}.{checked(table)}"
    with connection.cursor() as cursor:
        for statement in grants:
            cursor.execute(statement)
        secured = f"ALTER TABLE {name} {'ENABLE' if wanted else 'DISABLE'} ROW LEVEL SECURITY"
        cursor.execute(_SECURED, [PUBLIC_SCHEMA, [table]])
        if bool(wanted) != (cursor.fetchone() is not None):
            cursor.execute(secured)
        for policy in stale:
            cursor.execute(f"DROP POLICY {connection.ops.quote_name(policy)} ON {name}")
        there = _read_policies(cursor, [table]).get(table, {})
        made = {group: rule for group, rule in wanted.items() if group not in there}
        for group, rule in made.items():
            cursor.execute(f"CREATE POLICY {group} ON {name} TO {group_role(group)} USING ({rule}) WITH CHECK ({rule})")
        there = _read_policies(cursor, [table]).get(table, {})
        for group, rule in made.items():
            cursor.execute(f"COMMENT ON POLICY {group} ON {name} IS '{_mark(rule, there[group].body)}'")


def _mark(rule: str | None, body: str) -> str | None:
    """Return what says that this rule was declared and that it stands as the server wrote it then; kept as a comment.

    The server keeps a rule in words of its own, so the declared one can't be compared with it directly.
    """
    if rule is None:
        return None
    return hashlib.sha256(json.dumps([rule, body]).encode()).hexdigest()


def _patiently(table: str, change: Callable[[], None]) -> None:
    """Try again while others hold the table; each try waits a few seconds only, because others queue behind it."""
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{int(_LOCK_SECONDS * 1000)}ms"])
                change()
        except OperationalError as late:
            if not is_lock_timeout(late):
                raise
            if not left:
                raise Conflict(
                    _(
                        "Die Tabelle {table} ist gerade durch andere gesperrt; ihre Rechte sind noch nicht gesetzt. "
                        "Führen Sie „verbund migrate“ noch einmal aus, wenn weniger los ist."
                    ).format(table=table),
                    code="table_locked",
                ) from late
        else:
            return
