"""Examine the whole deployment. Reads only; each check is one query, whatever the number of tenants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tenants.doctor.finding import Finding
from tenants.doctor.folders import examine_folders
from tenants.doctor.mail import examine_mail
from tenants.doctor.onboardings import examine_onboardings, examine_rollouts
from tenants.doctor.roles import examine_roles, examine_shared_rights
from tenants.doctor.schemas import examine_orphans, examine_structure, examine_versions

_CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    examine_onboardings,
    examine_roles,
    examine_shared_rights,
    examine_orphans,
    examine_folders,
    examine_versions,
    examine_structure,
    examine_rollouts,
    examine_mail,
)

_added: list[Callable[[], Iterator[Finding]]] = []


def register_check(check: Callable[[], Iterator[Finding]]) -> None:
    """Let a room above look after what is its own; called once, from its `AppConfig.ready()`."""
    _added.append(check)


def examine(*, slug: str = "") -> list[Finding]:
    """Return all findings, problems first; `slug` leaves out what concerns other tenants."""
    found = [one for check in (*_CHECKS, *_added) for one in check()]
    wanted = [one for one in found if not slug or one.tenant == slug]
    return sorted(wanted, key=lambda one: (one.severity != "problem", one.tenant, one.code, one.what))
