"""What the actions on tokens are called in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.audit.wording import register


def _refused(data: Mapping[str, Any]) -> str:
    reasons = {
        "malformed": _("kein Zugang"),
        "other_town": _("der Zugang gehört zu einer anderen Kommune"),
        "unknown": _("den Zugang gibt es nicht"),
        "wrong_secret": _("das Geheimnis stimmt nicht"),
        "revoked": _("der Zugang ist entzogen"),
        "expired": _("der Zugang ist abgelaufen"),
    }
    reason = str(data.get("reason", ""))
    return _("Anfrage eines Programms abgewiesen: {reason}").format(reason=reasons.get(reason, reason))


register(
    {
        "api.token_created": gettext_lazy("Zugang „{purpose}“ erstellt, gültig bis {expires_on}"),
        "api.token_revoked": gettext_lazy("Zugang „{purpose}“ entzogen"),
        "api.token_used": gettext_lazy("Zugang „{purpose}“ heute zum ersten Mal benutzt"),
        "api.scope_missing": gettext_lazy("Anfrage eines Programms abgewiesen: Ihm fehlt das Recht {scope}"),
        "api.refused": _refused,
    }
)
