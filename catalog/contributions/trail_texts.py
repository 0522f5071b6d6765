"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "catalog.contribution.in_review": _("Beitrag „{title}“ in Prüfung genommen"),
        "catalog.contribution.edited": _("Beitrag „{title}“ bearbeitet"),
        "catalog.contribution.published": _("Beitrag „{title}“ in den gemeinsamen Katalog übernommen"),
        "catalog.contribution.declined": _("Beitrag „{title}“ abgelehnt"),
    }
)
