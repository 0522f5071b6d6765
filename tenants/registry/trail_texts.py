"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register
from tenants.registry.selectors import list_life_choices


def _life_changed(data: Mapping[str, Any]) -> str:
    names = dict(list_life_choices())
    before, after = str(data.get("from", "–")), str(data.get("to", "–"))
    if after == "suspended":
        return gettext("Gesperrt: {reason}").format(reason=data.get("reason", ""))
    if before == "suspended":
        return gettext("Freigegeben, wieder „{now}“").format(now=names.get(after, after))
    return gettext("Zustand von „{before}“ auf „{now}“ geändert").format(
        before=names.get(before, before), now=names.get(after, after)
    )


register(
    {
        "tenant.life_changed": _life_changed,
        "tenant.domain_added": _("Adresse {host} hinzugefügt"),
        "tenant.domain_made_primary": _("{host} zur Hauptadresse bestimmt"),
        "tenant.domain_removed": _("Adresse {host} entfernt"),
        "region.created": _("Portalregion {slug} angelegt"),
    }
)
