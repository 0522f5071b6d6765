"""Entries in words. Each app says in its `trail_texts` what its actions are called; others are shown as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# A sentence with names of `data` in braces, or what makes one from `data`.
Words: TypeAlias = str | Promise | Callable[[Mapping[str, Any]], str]

_words: dict[str, Words] = {}

# What an action's name begins with, and what people call it; in the order of the filter.
GROUPS: Final[Mapping[str, Promise]] = {
    "catalog": gettext_lazy("Leistungen"),
    "portal": gettext_lazy("Portal und Seiten"),
    "directory": gettext_lazy("Stellen und Personen"),
    "auth": gettext_lazy("Anmeldungen"),
    "staff": gettext_lazy("Team und Rollen"),
    "citizen": gettext_lazy("Einsicht in Bürgerdaten"),
    "api": gettext_lazy("Zugänge für Programme"),
    "audit": gettext_lazy("Protokoll"),
    "support": gettext_lazy("Arbeiten des IT-Dienstleisters"),
    "tenant": gettext_lazy("Betrieb des Portals"),
}
KINDS: Final[Mapping[str, Promise]] = {
    "anonymous": gettext_lazy("Ohne Anmeldung"),
    "staff": gettext_lazy("Verwaltung"),
    "support": gettext_lazy("IT-Dienstleister im Zugriff"),
    "operator": gettext_lazy("IT-Dienstleister"),
    "editor": gettext_lazy("Redaktion der Region"),
    "citizen": gettext_lazy("Bürgerin oder Bürger"),
    "api": gettext_lazy("Programm"),
    "system": gettext_lazy("System"),
}


class _Shown(dict[str, Any]):
    """What a sentence takes from `data`; a dash for what is not there."""

    def __missing__(self, key: str) -> str:
        return "–"


def register(words: Mapping[str, Words]) -> None:
    """Say what actions are called.

    Raises: ValueError for an action that has words already.
    """
    twice = sorted(words.keys() & _words.keys())
    if twice:
        message = f"two texts for {', '.join(twice)}"
        raise ValueError(message)
    _words.update(words)


def is_known(action: str) -> bool:
    """Whether an action has words."""
    return action in _words


def describe(action: str, data: Mapping[str, Any]) -> str:
    """Return what was done as a sentence in the reader's language."""
    words = _words.get(action)
    if words is None:
        return action
    if callable(words):
        return words(data)
    shown = {key: value if value not in (None, "", []) else "–" for key, value in data.items()}
    return str(words).format_map(_Shown(shown))


def describe_support(data: Mapping[str, Any]) -> str:
    """Return what the IT provider did to this tenant."""
    return _("IT-Dienstleister: {what}").format(what=describe(str(data.get("action", "")), data))


def describe_person(kind: str, name: str) -> str:
    """Return who acted: the name, and what they are where that is not plain."""
    label = str(KINDS.get(kind, kind))
    if not name:
        return label
    return name if kind == "staff" else f"{name} ({label})"


register(
    {
        "support.acted": describe_support,
        "audit.exported": gettext_lazy("Protokoll als Datei geholt ({ending})"),
    }
)
