"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register(
    {
        "umbrella.feedback.deleted": _("Rückmeldung zum Dachportal gelöscht"),
        "umbrella.feedback.handled": _("Rückmeldung zum Dachportal als erledigt markiert"),
        "umbrella.feedback.forgotten": _("Rückmeldungen zum Dachportal nach Ablauf der Frist gelöscht"),
        "umbrella.feedback.sent": _("Rückmeldung zum Dachportal eingegangen"),
    }
)
