"""What else the deployment keeps of a person: each app that keeps something says how it is shown, erased and moved.

An app registers in its `AppConfig.ready()`. A part is kept either in the shared schema ("deployment"), where its
functions run inside `as_accounts`, or in the towns' schemas ("town"), where they run inside `in_tenant`. Which towns
keep something of a person is told by the person's data keys: what a town keeps is sealed with a key of its own, so the
towns that have one are all that have anything (docs/adr/0014). Nobody looks through a thousand schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.utils.functional import Promise

from tenants.context import as_accounts, in_tenant
from tenants.errors import DomainError
from tenants.keystore import store
from tenants.keystore.sealing import ACCOUNT_SCOPE
from tenants.registry.sites import TenantInfo, directory

log = structlog.get_logger(__name__)

Where = Literal["deployment", "town"]
# Plain values that become JSON; names of fields as in docs/integrator/account-export.md.
Export = Callable[[UUID], Any]
Erase = Callable[[UUID], None]
Join = Callable[[UUID, UUID], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What has to stay although the account goes. `what` and `law` are sentences in the reader's language."""

    what: str
    law: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one app keeps of people. See `register_personal_data`."""

    name: str
    label: str | Promise
    where: Where
    export: Export
    erase: Erase
    list_kept: Callable[[UUID], list[Kept]]
    join: Join | None


@dataclass(frozen=True, slots=True)
class TownData:
    """What one town keeps of a person, by part; `is_complete` is false while the town can't be asked."""

    town: TenantInfo
    parts: Mapping[str, Any]
    is_complete: bool


_parts: Final[dict[str, Part]] = {}


def register_personal_data(
    name: str,
    *,
    where: Where,
    label: str | Promise = "",
    export: Export,
    erase: Erase,
    list_kept: Callable[[UUID], list[Kept]] = lambda _account_id: [],
    join: Join | None = None,
) -> None:
    """Say what an app keeps of people; all functions take the account's id.

    `label` names it for people. `export` returns it all as plain values. `erase` removes it; a second time changes
    nothing. What the law keeps stays and is named by `list_kept`, before and after: a town's key stays as long as
    anything is named, and the app destroys it (`destroy_keys(owner, scope=…)`) when the last of it goes.
    `join(kept, left)` moves one account's rows to another and seals them anew; without it two accounts of which one has
    something here are not joined.
    Raises: ValueError for a name that is taken.
    """
    if name in _parts:
        message = f"two parts of personal data named {name!r}"
        raise ValueError(message)
    _parts[name] = Part(
        name=name, label=label or name, where=where, export=export, erase=erase, list_kept=list_kept, join=join
    )


def part_label(name: str) -> str:
    """Return what people call a part."""
    return str(_parts[name].label) if name in _parts else name


def list_towns(account_id: UUID) -> list[TenantInfo]:
    """Return the towns that may keep something of a person, by name. Raises: ExternalTemporary.

    A town that has left the deployment took its schema and its keys with it.
    """
    scopes = set(store.list_scopes(account_id)) - {ACCOUNT_SCOPE}
    if scopes - {str(town_id) for town_id in directory.snapshot().tenants_by_id}:
        # One that is new, or has left: whoever erases must know which.
        directory.reload()
    towns = (town for town in directory.snapshot().tenants_by_id.values() if str(town.id) in scopes)
    return sorted(towns, key=lambda town: town.sort_key)


def export_parts(account_id: UUID) -> dict[str, Any]:
    """Return what the apps of the shared schema keep, by part."""
    with as_accounts():
        return {part.name: part.export(account_id) for part in _of("deployment")}


def export_towns(account_id: UUID) -> list[TownData]:
    """Return what towns keep. One that can't be asked is named and left incomplete, so that the others are shown."""
    return [_of_town(account_id, town) for town in list_towns(account_id)]


def list_kept(account_id: UUID) -> list[tuple[str, Kept]]:
    """Return what stays by law when the account goes, with the name of the town that keeps it, "" for the deployment.

    Raises: ExternalTemporary; DatabaseError while a town can't be asked.
    """
    return [
        (town.name if town else "", kept)
        for town, part in _everywhere(account_id)
        for kept in _kept(part, town, account_id)
    ]


def erase_parts(account_id: UUID) -> None:
    """Erase what the apps of the shared schema keep, in one transaction."""
    with as_accounts(), transaction.atomic():
        for part in _of("deployment"):
            part.erase(account_id)


def erase_town(account_id: UUID, town: TenantInfo) -> bool:
    """Erase what one town keeps, in one transaction; return whether nothing has to stay there by law."""
    with in_tenant(town.ref), transaction.atomic():
        for part in _of("town"):
            part.erase(account_id)
        return not any(part.list_kept(account_id) for part in _of("town"))


def can_join(left: UUID) -> bool:
    """Whether all that is kept of an account can be moved to another one. Raises: ExternalTemporary."""
    wheres = {"deployment"} | ({"town"} if list_towns(left) else set())
    return all(part.join is not None for part in _parts.values() if part.where in wheres)


def join_parts(*, kept: UUID, left: UUID) -> None:
    """Move what the apps of the shared schema keep, in the running transaction, inside `as_accounts`."""
    for part in _of("deployment"):
        if part.join is not None:
            part.join(kept, left)


def join_town(town: TenantInfo, *, kept: UUID, left: UUID) -> None:
    """Move what one town keeps, in one transaction. A second time changes nothing."""
    with in_tenant(town.ref), transaction.atomic():
        for part in _of("town"):
            if part.join is not None:
                part.join(kept, left)


def _of(where: Where) -> Iterator[Part]:
    return (part for part in _parts.values() if part.where == where)


def _everywhere(account_id: UUID) -> Iterator[tuple[TenantInfo | None, Part]]:
    yield from ((None, part) for part in _of("deployment"))
    for town in list_towns(account_id):
        yield from ((town, part) for part in _of("town"))


def _kept(part: Part, town: TenantInfo | None, account_id: UUID) -> list[Kept]:
    inside: AbstractContextManager[object] = in_tenant(town.ref) if town else as_accounts()
    with inside:
        return part.list_kept(account_id)


def _of_town(account_id: UUID, town: TenantInfo) -> TownData:
    try:
        with in_tenant(town.ref), transaction.atomic():
            found = {part.name: part.export(account_id) for part in _of("town")}
    except (DomainError, DatabaseError) as problem:
        log.warning("accounts.town_not_exported", tenant=town.slug, error=type(problem).__name__)
        return TownData(town, {}, is_complete=False)
    return TownData(town, found, is_complete=True)
