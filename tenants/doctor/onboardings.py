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
# In the background a worker is there in slices only: between two of them something has moved lately, or some worker of
# the deployment is heard of. What a data migration moves in its batches has no time, so it counts as moving.
_ABANDONED: Final = """
SELECT count(*), bool_or(is_in_background) FROM rollout_tenantrollout w
JOIN (
    SELECT id, created_at, coalesce((options ->> 'in_background')::boolean, false) AS is_in_background
    FROM rollout_rollout WHERE state = 'running'
) r ON r.id = w.rollout_id
WHERE w.state = 'waiting'
  AND NOT EXISTS (
      SELECT FROM pg_stat_activity a
      WHERE a.datname = current_database() AND a.application_name LIKE 'verbund rollout%'
  )
  AND NOT (
      is_in_background
      AND EXISTS (
          SELECT FROM rollout_runningprocess p
          WHERE p.kind = 'worker' AND p.seen_at >= now() - interval '90 seconds'
      )
      AND EXISTS (
          SELECT FROM rollout_tenantrollout m
          WHERE m.rollout_id = r.id AND (
              m.state = 'waiting' AND m.progress ? 'operation'
              OR greatest(r.created_at, m.not_before, m.started_at, m.finished_at) > now() - interval '10 minutes'
          )
      )
  )
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
    ((waiting, is_in_background),) = fetch(_ABANDONED)
    if waiting:
        what = _("Eine Ausrollung läuft, aber niemand arbeitet daran; {number} Kommunen warten").format(number=waiting)
        advice = _("„verbund rollout resume“ macht weiter.")
        if is_in_background:
            advice = _(
                "Starten Sie die Celery-Worker dieser Version und ihren Zeitgeber (beat); „verbund rollout work“ macht "
                "schon jetzt weiter."
            )
        yield Finding("problem", "rollout_abandoned", "", what, advice)
