"""What the actions of this app are called in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenants.audit.wording import register

register({"citizen.looked_at": _("Angaben einer Bürgerin oder eines Bürgers angesehen")})
