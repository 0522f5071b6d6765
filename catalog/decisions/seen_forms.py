"""What a form carries of what its editor saw, written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from catalog.decisions.drafting import Seen
from catalog.resolution.values import Json
from tenants.numbers import read_number

_MAX_BASE: Final = 100_000


def read_seen(sent: Mapping[str, str], version: int) -> Seen:
    """Return what a form says its editor saw; what it does not say is not checked."""
    try:
        draft_id = UUID(sent.get("entwurf", ""))
    except ValueError:
        draft_id = None
    return Seen(
        version=version,
        draft_id=draft_id,
        own_version=read_number(sent.get("eigene", "")),
        above=sent.get("oben"),
        shown=read_base(sent),
        page=sent.get("seite", ""),
    )


def write_value(value: Json) -> str:
    """Return a value as a form carries it."""
    return json.dumps(value, ensure_ascii=False)


def read_base(sent: Mapping[str, str]) -> Json:
    """Return the text that the editor began from. It only helps to join two texts, so an unreadable one is no error."""
    text = sent.get("seen", "")
    if len(text) > _MAX_BASE:
        return None
    try:
        value: Json = json.loads(text)
    except ValueError:
        return None
    return value
