"""Onboardings and rollouts that did not come to their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.doctor.finding import Finding
from tenants.doctor.queries import fetch

_PARTS: Final = """
SELECT t.slug, t.schema_name,
       EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = t.schema_name),
       EXISTS (SELECT FROM registry_domain d WHERE d.tenant_id = t.id AND d.is_primary),
       EXISTS (SELECT FROM registry_tenantcode c WHERE c.tenant_id = t.id AND c.valid_to IS NULL),
       EXISTS (SELECT FROM registry_generation g WHERE g.scope = %s || '_' || t.schema_name)
FROM registry_tenant t ORDER BY t.slug
"""
_QUARANTINED: Final = """
SELECT r.slug, r.error FROM rollout_tenantrollout r
JOIN registry_tenant t ON t.id = r.tenant_id
WHERE r.rollout_id = (SELECT id FROM rollout_rollout ORDER BY id DESC LIMIT 1) AND r.state = 'quarantined'
ORDER BY r.slug
"""
_ABANDONED: Final = """
SELECT count(*) FROM rollout_tenantrollout w JOIN rollout_rollout r ON r.id = w.rollout_id
WHERE r.state = 'running' AND w.state = 'waiting'
  AND NOT EXISTS (
      SELECT FROM pg_stat_activity a
      WHERE a.datname = current_database() AND a.application_name LIKE 'verbund rollout%'
  )
  AND NOT coalesce((r.options ->> 'in_background')::boolean, false)
"""


def examine_onboardings() -> Iterator[Finding]:
    """Name tenants that lack a part which onboarding gives."""
    again = _("„verbund onboard“ für diese Kommune ergänzt, was fehlt.")
    for slug, schema, *parts in fetch(_PARTS, [settings.VERBUND_ROLE_PREFIX]):
        texts = {
            "schema_missing": _("das Schema {schema} fehlt").format(schema=schema),
            "host_missing": _("es gibt keine Hauptadresse"),
            "code_missing": _("es gibt keinen gültigen Gemeindeschlüssel"),
            "generation_missing": _("die Zählung der Änderungen fehlt"),
        }
        for (code, what), is_there in zip(texts.items(), parts, strict=True):
            if not is_there:
                yield Finding("problem", code, slug, what, again)


def examine_rollouts() -> Iterator[Finding]:
    """Name tenants in quarantine, and a rollout on which nobody works."""
    for slug, error in fetch(_QUARANTINED):
        what = _("ist in Quarantäne: {error}").format(error=error)
        advice = _("Beheben Sie die Ursache, dann „verbund rollout start“ oder „verbund rollout resume --retry“.")
        yield Finding("problem", "quarantined", slug, what, advice)
    ((waiting,),) = fetch(_ABANDONED)
    if waiting:
        what = _("Eine Ausrollung läuft, aber niemand arbeitet daran; {number} Kommunen warten").format(number=waiting)
        yield Finding("problem", "rollout_abandoned", "", what, _("„verbund rollout resume“ macht weiter."))
