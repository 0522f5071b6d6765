"""German names in the order a reader expects, the same on every server: the key is made here, not by a collation."""

from __future__ import annotations

from typing import Final

_FOLDED: Final = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def german_sort_key(name: str) -> str:
    """Return the key of DIN 5007-1: umlauts sort as their base letters; the name itself breaks ties."""
    return f"{name.casefold().translate(_FOLDED)}\x1f{name}"[:200].replace("\x1f", " ")


def spelled_out(text: str) -> str:
    """Return lower-case text with umlauts as ae, oe, ue and ß as ss."""
    return text.lower().translate(_SPELLED)


def slug_of(name: str) -> str:
    """Return the short name for URLs: `Haltern am See` becomes `haltern-am-see`, `Düren` becomes `dueren`."""
    letters = (letter if letter.isascii() and letter.isalnum() else "-" for letter in spelled_out(name))
    return "-".join(part for part in "".join(letters).split("-") if part)
