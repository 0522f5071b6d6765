"""What a schema is made of, as facts that can be compared between any number of schemas in one query.

A fact is (kind, table, name, text): a column with its type and default, a constraint or index with its definition, a
right, a stray view, a rule, a row policy, extended statistics. Two schemas are equal when their facts are. The schema's
own name is taken out of definitions, and the tenant's role is called "tenant", so that facts of different tenants can
be equal at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection

from tenants.names import checked

# The counter of Django's own records stands in the template only.
_FACTS: Final = """
wanted AS (
    SELECT * FROM unnest(%(schemas)s::text[], %(roles)s::text[], %(versions)s::text[]) AS w(home, role, version)
), homes AS (
    SELECT w.*, n.oid AS namespace, n.nspowner, n.nspacl FROM wanted w JOIN pg_namespace n ON n.nspname = w.home
), relations AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions, c.relpersistence, c.relrowsecurity,
           c.relforcerowsecurity, h.*
    FROM homes h JOIN pg_class c ON c.relnamespace = h.namespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S') AND c.relname NOT LIKE 'django_migrations_id_seq%%'
      AND (%(tables)s::text[] IS NULL OR c.relname = ANY(%(tables)s::text[]))
), tables AS (
    SELECT * FROM relations WHERE relkind = 'r'
), rights AS (
    SELECT home, role, '' AS relname, 'right on the schema' AS kind, nspowner AS owner,
           a.grantee, a.privilege_type, a.is_grantable
    FROM homes, aclexplode(nspacl) a
    UNION ALL
    SELECT home, role, relname, 'right', relowner, a.grantee, a.privilege_type, a.is_grantable
    FROM relations, aclexplode(relacl) a
    UNION ALL
    SELECT home, role, relname, 'right on ' || at.attname, relowner, a.grantee, a.privilege_type, a.is_grantable
    FROM relations r JOIN pg_attribute at ON at.attrelid = r.oid AND at.attacl IS NOT NULL, aclexplode(at.attacl) a
), raw AS (
    SELECT home, relname, 'table' AS kind, '' AS name,
           concat_ws(' ', relkind, relpersistence, relrowsecurity,
                     CASE WHEN relforcerowsecurity THEN 'forced' END, array_to_string(reloptions, ',')) AS fact
    FROM relations
    UNION ALL
    SELECT home, relname, 'owner', '', pg_get_userbyid(relowner)::text FROM relations
    UNION ALL
    SELECT home, '', 'owner of the schema', '', pg_get_userbyid(nspowner)::text FROM homes
    UNION ALL
    SELECT home, relname, 'column', a.attname,
           -- Not its place: a column that comes back on the way back stands last, and nothing depends on it.
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                     nullif(a.attgenerated, ''),
                     CASE WHEN relname <> 'django_migrations' THEN nullif(a.attidentity, '') END,
                     (SELECT collname FROM pg_collation co WHERE co.oid = a.attcollation AND a.attcollation <> 100),
                     'default ' || pg_get_expr(d.adbin, d.adrelid))
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT home, relname, 'constraint', k.conname,
           concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT k.convalidated THEN 'not valid' END)
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid
    UNION ALL
    SELECT home, t.relname, 'index', x.relname,
           concat_ws(' ', pg_get_indexdef(x.oid), CASE WHEN NOT i.indisvalid THEN 'invalid' END)
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
    UNION ALL
    SELECT home, t.relname, 'trigger', g.tgname, pg_get_triggerdef(g.oid)
    FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
    UNION ALL
    SELECT home, t.relname, 'rule', r.rulename, concat_ws(' ', pg_get_ruledef(r.oid), nullif(r.ev_enabled, 'O'))
    FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid
    UNION ALL
    SELECT home, t.relname, 'row policy', p.polname,
           concat_ws(' ', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, p.polcmd,
                     'to ' || (SELECT string_agg(CASE WHEN one = 0 THEN 'everyone' WHEN pg_get_userbyid(one) = role
                                                 THEN 'tenant' ELSE pg_get_userbyid(one) END, ', ' ORDER BY one)
                               FROM unnest(p.polroles) AS one),
                     'using ' || pg_get_expr(p.polqual, p.polrelid),
                     'with check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    FROM tables t JOIN pg_policy p ON p.polrelid = t.oid
    UNION ALL
    SELECT home, t.relname, 'statistics', s.stxname, pg_get_statisticsobjdef(s.oid)
    FROM tables t JOIN pg_statistic_ext s ON s.stxrelid = t.oid
    UNION ALL
    SELECT home, '', 'function', p.proname, '' FROM homes h JOIN pg_proc p ON p.pronamespace = h.namespace
    UNION ALL
    SELECT home, '', 'type', ty.typname, '' FROM homes h JOIN pg_type ty ON ty.typnamespace = h.namespace
    WHERE ty.typtype IN ('e', 'd')
    UNION ALL
    SELECT home, relname, 'comment', coalesce(a.attname, ''), de.description
    FROM tables t JOIN pg_description de ON de.objoid = t.oid AND de.classoid = 'pg_class'::regclass
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = de.objsubid AND de.objsubid > 0
    UNION ALL
    SELECT home, relname, kind,
           CASE WHEN grantee = 0 THEN 'everyone' WHEN grantee = owner THEN 'owner'
                WHEN pg_get_userbyid(grantee) = role THEN 'tenant' ELSE pg_get_userbyid(grantee) END,
           string_agg(privilege_type || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END, ', '
                      ORDER BY privilege_type)
    FROM rights WHERE grantee <> owner GROUP BY home, relname, kind, grantee, owner, role
), facts AS MATERIALIZED (
    SELECT home, relname, kind, name, CASE WHEN fact LIKE '%%ARRAY[%%'
           THEN regexp_replace(regexp_replace(fact, %(cast_list)s, '\\1', 'g'), %(cast_item)s, '\\1', 'g')
           ELSE fact END AS fact
    FROM (SELECT home, relname, kind, name, replace(fact, home || '.', '') AS fact FROM raw) AS named
)
"""
# The server writes `varchar IN ('a', 'b')` as a list that is cast as a whole; made again from what it wrote, it casts
# each item. Both mean the same, so both casts are left out.
_TEXT: Final = "'(?:[^']|'')*'"
_CAST_LIST: Final = rf"\((ARRAY\[(?:{_TEXT}|[^\]'])*\])\)::text\[\]"
_CAST_ITEM: Final = rf"\(({_TEXT}::character varying)\)::text"
# Each schema against the model of its version: what is missing, and what is there beyond.
_DRIFT: Final = (
    f"WITH {_FACTS}"  # noqa: S608 -- constants
    """, models AS (
    SELECT * FROM unnest(%(model_versions)s::text[], %(models)s::text[]) AS m(version, home)
), expected AS (
    SELECT w.home, f.relname, f.kind, f.name, f.fact
    FROM wanted w JOIN models m USING (version) JOIN facts f ON f.home = m.home
    WHERE w.home NOT IN (SELECT home FROM models)
), found AS (
    SELECT f.* FROM facts f WHERE f.home NOT IN (SELECT home FROM models)
)
SELECT 'missing', e.* FROM expected e LEFT JOIN found f USING (home, relname, kind, name, fact) WHERE f.home IS NULL
UNION ALL
SELECT 'unexpected', f.* FROM found f LEFT JOIN expected e USING (home, relname, kind, name, fact) WHERE e.home IS NULL
ORDER BY 2, 3, 4, 5, 1
"""
)

Side = Literal["missing", "unexpected"]


@dataclass(frozen=True)
class Difference:
    """One fact that a schema lacks, or has beyond its version."""

    side: Side
    schema: str
    table: str
    kind: str
    name: str
    fact: str

    def __str__(self) -> str:
        """Return it as one line for people who run databases."""
        where = f"{self.table}.{self.name}" if self.table and self.name else self.table or self.name or self.schema
        return f"{self.side} {self.kind} {where}: {self.fact}"


@dataclass(frozen=True)
class Subject:
    """A schema to look at: whose it is, and which version it should be at."""

    schema: str
    role: str
    version: str


def list_differences(
    subjects: Sequence[Subject], *, models: dict[str, Subject], tables: Sequence[str] | None = None
) -> list[Difference]:
    """Compare each schema with the model of its version, all in one query; return what differs.

    `models`: version → a schema that is as it should be. `tables`: only these, where others can't have changed. The
    running context must have neither schema on its search path.
    """
    everyone = [*subjects, *models.values()]
    values: dict[str, list[str] | str | None] = {
        "schemas": [checked(one.schema) for one in everyone],
        "roles": [one.role for one in everyone],
        "versions": [one.version for one in everyone],
        "model_versions": list(models),
        "models": [one.schema for one in models.values()],
        "tables": None if tables is None else list(tables),
        "cast_list": _CAST_LIST,
        "cast_item": _CAST_ITEM,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT, values)
        return [Difference(*row) for row in cursor.fetchall()]
