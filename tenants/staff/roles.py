"""Roles as they come from a form or a command."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from tenants.errors import InvalidInput
from tenants.staff.models import Role


def checked_roles(roles: Collection[str]) -> list[str]:
    """Return the roles in a fixed order.

    Raises: InvalidInput (field `roles`) for none or an unknown one.
    """
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= set(Role.values):
        message = _("Wählen Sie mindestens eine Rolle aus der Liste.")
        raise InvalidInput(message, data={"fields": {"roles": [message]}})
    return wanted


def checked_offices(offices: Collection[UUID], *, roles: Collection[str]) -> list[UUID] | None:
    """Return the offices of a clerk in a fixed order; other roles have none.

    Raises: InvalidInput (field `offices`) for a clerk without one.
    """
    if Role.CLERK not in roles:
        return None
    if not offices:
        message = _(
            "Wählen Sie eine Stelle, für die die Person arbeitet. Gibt es noch keine, legen Sie zuerst eine an."
        )
        raise InvalidInput(message, data={"fields": {"offices": [message]}})
    return sorted(set(offices))
