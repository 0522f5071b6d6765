"""Deletions of accounts that are not through a day after they were decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from shared_services.accounts.deletion import count_waiting
from tenants.doctor.finding import Finding

_PATIENCE: Final = timedelta(days=1)


def examine_deletions() -> Iterator[Finding]:
    """Tell of deletions that wait for longer than a day."""
    count = count_waiting(older_than=_PATIENCE)
    if count:
        what = _("{count} gelöschte Konten sind nach einem Tag noch nicht überall entfernt.").format(count=count)
        advice = _("Laufen die Worker, und antwortet Keycloak? „verbund accounts retention“ nennt den Grund.")
        yield Finding("problem", "accounts_not_deleted", "", what, advice)
