"""Schemas: each against its version, and those that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _

from tenants.context import as_migration
from tenants.doctor.finding import Finding
from tenants.doctor.queries import fetch
from tenants.names import REHEARSAL_SCHEMA, TENANT_SCHEMA_PREFIX
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Difference, Subject
from tenants.provisioning.graph import tenant_graph
from tenants.provisioning.models import SchemaSnapshot
from tenants.registry.models import Tenant

_SHOWN: Final = 20
_ORPHANS: Final = """
SELECT n.nspname FROM pg_namespace n
WHERE starts_with(n.nspname, %s) AND NOT EXISTS (SELECT FROM registry_tenant t WHERE t.schema_name = n.nspname)
ORDER BY 1
"""


def examine_versions() -> Iterator[Finding]:
    """Name tenants that wait for a rollout, and those at a version that nobody knows here."""
    target = tenant_graph().version
    with as_migration():
        rows = list(
            Tenant.objects.exclude(schema_version=target).order_by("slug").values_list("slug", "schema_version")
        )
        known = set(SchemaSnapshot.objects.values_list("version", flat=True))
    for slug, version in rows:
        if version in known:
            what = _("ist auf dem Stand {version}, das Programm auf {target}").format(
                version=version[:12], target=target[:12]
            )
            yield Finding("note", "behind", slug, what, _("„verbund rollout start“ bringt die Kommune nach."))
        else:
            what = _("ist auf einem Stand, den es hier nie gab: {version}").format(version=version[:12] or "–")
            yield Finding(
                "problem", "version_unknown", slug, what, _("Spielen Sie die Kommune aus einer Sicherung ein.")
            )


def examine_structure() -> Iterator[Finding]:
    """Compare every schema with what its version says: one query, however many there are."""
    with as_migration():
        known = set(SchemaSnapshot.objects.values_list("version", flat=True))
        tenants = [one for one in Tenant.objects.order_by("slug") if one.schema_version in known]
    present = {name for (name,) in fetch("SELECT nspname FROM pg_namespace")}
    slugs = {one.schema_name: one.slug for one in tenants}
    subjects = [
        Subject(one.schema_name, one.ref.role, one.schema_version) for one in tenants if one.schema_name in present
    ]
    differences: dict[str, list[Difference]] = {}
    for one in find_drift(subjects):
        differences.setdefault(one.schema, []).append(one)
    for schema in differences.keys() - _still_at(subjects):
        # A rollout has moved it on since its version was read.
        del differences[schema]
    for schema, found in differences.items():
        for one in found[:_SHOWN]:
            yield _drift(slugs[schema], one)
        if len(found) > _SHOWN:
            more = _("und {number} weitere Abweichungen").format(number=len(found) - _SHOWN)
            yield Finding("problem", "drift", slugs[schema], more, _advice())


def _still_at(subjects: Sequence[Subject]) -> set[str]:
    now = dict(fetch("SELECT schema_name, schema_version FROM registry_tenant"))
    return {one.schema for one in subjects if now.get(one.schema) == one.version}


def _drift(slug: str, one: Difference) -> Finding:
    where = ".".join(part for part in (one.table, one.name) if part) or one.schema
    texts = {
        "missing": _("es fehlt: {kind} {where} ({fact})"),
        "unexpected": _("gehört nicht dazu: {kind} {where} ({fact})"),
    }
    what = texts[one.side].format(kind=one.kind, where=where, fact=one.fact or "–")
    return Finding("problem", "drift", slug, what, _advice())


def _advice() -> str:
    return _("Stellen Sie den Stand von Hand wieder her, in einer Transaktion; danach noch einmal „verbund doctor“.")


def examine_orphans() -> Iterator[Finding]:
    """Name schemas of tenants that the registry does not know, and what a killed rehearsal left behind."""
    for (schema,) in fetch(_ORPHANS, [TENANT_SCHEMA_PREFIX]):
        what = _("Das Schema {schema} gehört zu keiner Kommune").format(schema=schema)
        advice = _("Sehen Sie hinein; wird es nicht gebraucht: DROP SCHEMA {schema} CASCADE").format(schema=schema)
        yield Finding("problem", "schema_orphaned", "", what, advice)
    for (schema,) in fetch("SELECT nspname FROM pg_namespace WHERE nspname = %s", [REHEARSAL_SCHEMA]):
        what = _("Das Schema {schema} ist von einem Probelauf übrig, oder einer läuft gerade").format(schema=schema)
        yield Finding("note", "rehearsal_left", "", what, _("Der nächste „verbund rollout plan“ ersetzt es."))
