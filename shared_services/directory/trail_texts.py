"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "directory.unit.created": _("Stelle angelegt"),
        "directory.unit.updated": _("Stelle geändert"),
        "directory.unit.deleted": _("Stelle „{name}“ gelöscht"),
        "directory.person.created": _("Ansprechperson eingetragen"),
        "directory.person.updated": _("Ansprechperson geändert"),
        "directory.person.deleted": _("Ansprechperson gelöscht"),
    }
)
