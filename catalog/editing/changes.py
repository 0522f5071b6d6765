"""A change in a draft: what somebody wants a value, a lock or a column to be. Plain JSON in the draft's columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from catalog.resolution.values import FieldKey, Json
from tenants.actors import Actor

Part = Literal["changes", "locks", "head"]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wrote. `is_removed`: the layer says nothing on this any more.

    `base_version`: the version of the published value that the author saw, 0 for none. `version`: the draft's number
    when this was written, so that who saw an older one is told. `editors`: everybody who has written on it, by id.
    `base`: the published fact that it was written against, alone in a tuple; empty where only the version counts.
    """

    value: Json
    version: int
    edited_by: str
    edited_by_id: UUID | None
    edited_at: dt.datetime
    base_version: int = 0
    is_removed: bool = False
    editors: tuple[str, ...] = ()
    base: tuple[Json, ...] = ()

    def is_overtaken(self, published: Json) -> bool:
        """Whether a fact was published since that is neither what this was written against nor what it says."""
        return bool(self.base) and published not in (*self.base, self.value)

    def is_by(self, actor: Actor) -> bool:
        """Whether this actor wrote it last."""
        return self.edited_by_id == actor.id if self.edited_by_id or actor.id else self.edited_by == actor.name

    def is_partly_by(self, actor: Actor) -> bool:
        """Whether this actor wrote any of it, however often it was changed since."""
        return self.is_by(actor) or _mark(actor.id, actor.name) in self.editors

    def follows(self, before: Change | None) -> Change:
        """Return the change with everybody who had written what it replaces."""
        mine = _mark(self.edited_by_id, self.edited_by)
        theirs = (*before.editors, _mark(before.edited_by_id, before.edited_by)) if before else ()
        return replace(self, editors=tuple(dict.fromkeys((*theirs, mine))))


def text_key(field: str, language: str) -> str:
    """Return the name of a value in `Draft.changes`."""
    return f"{field}|{language}"


def field_key(text: str) -> FieldKey:
    """Return which field in which language a name in `Draft.changes` means."""
    field, _bar, language = text.partition("|")
    return FieldKey(field, language)


def read_changes(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Change]:
    """Return the changes that a column of a draft holds."""
    return {name: _read(one) for name, one in data.items()}


def write_change(change: Change) -> dict[str, Any]:
    """Return a change as it is stored."""
    return {
        "value": change.value,
        "version": change.version,
        "edited_by": change.edited_by,
        "edited_by_id": str(change.edited_by_id) if change.edited_by_id else None,
        "edited_at": change.edited_at.isoformat(),
        "base_version": change.base_version,
        "is_removed": change.is_removed,
        "editors": list(change.editors),
        "base": list(change.base),
    }


def _read(data: Mapping[str, Any]) -> Change:
    author_id = data["edited_by_id"]
    return Change(
        value=data["value"],
        version=data["version"],
        edited_by=data["edited_by"],
        edited_by_id=UUID(author_id) if author_id else None,
        edited_at=dt.datetime.fromisoformat(data["edited_at"]),
        base_version=data["base_version"],
        is_removed=data["is_removed"],
        editors=tuple(data.get("editors", ())),
        base=tuple(data.get("base", ())),
    )


def _mark(author_id: UUID | None, name: str) -> str:
    """Return what stands for somebody in `Change.editors`: the id, or the name of who has none."""
    return str(author_id) if author_id else name
