"""The list of reviews: filtered, ordered, chosen from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.decisions.answers import Place, Seen
from catalog.decisions.presentation import NEUTRAL
from catalog.decisions.review_texts import describe_review
from catalog.decisions.reviews import Review, ReviewKind
from catalog.resolution.values import Layer
from catalog.services.fields import FIELD_LABELS, LANGUAGE_LABELS, LAYER_LABELS
from tenants.registry.sites import TenantInfo
from tenants.sorting import spelled_out

KINDS: Final[Mapping[str, Promise]] = {
    "geaendert": gettext_lazy("oben geändert"),
    "gesperrt": gettext_lazy("von oben gesperrt"),
    "ueberfaellig": gettext_lazy("warten seit mehr als zwei Wochen"),
}
ORDERS: Final[Mapping[str, Promise]] = {
    "leistung": gettext_lazy("Leistung"),
    "aelteste": gettext_lazy("älteste zuerst"),
    "neueste": gettext_lazy("neueste zuerst"),
}


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What the list shows. Unknown values of an address are dropped."""

    q: str = ""
    art: str = ""
    ebene: str = ""
    sortierung: str = "leistung"

    @classmethod
    def read(cls, data: Mapping[str, str]) -> ReviewFilter:
        """Return the filter of an address."""
        order = data.get("sortierung", "")
        return cls(
            q=str(data.get("q", "")).strip()[:200],
            art=_known(data.get("art", ""), KINDS),
            ebene=_known(data.get("ebene", ""), {layer.value: "" for layer in Layer}),
            sortierung=order if order in ORDERS else "leistung",
        )

    @property
    def address(self) -> str:
        """The query string that leads to this list; what is as usual is left out."""
        usual = asdict(ReviewFilter())
        return urlencode({name: value for name, value in asdict(self).items() if value != usual[name]})

    @staticmethod
    def kinds() -> list[tuple[str, object]]:
        """Return what may be chosen."""
        return [("", _("alle")), *KINDS.items()]

    @staticmethod
    def orders() -> list[tuple[str, object]]:
        """Return what may be chosen."""
        return list(ORDERS.items())


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A line of the list. `choice` is what a marked line sends."""

    review: Review
    choice: str
    label: str
    language: str
    language_label: str
    what: str
    waiting_days: int
    is_overdue: bool
    is_locked: bool


def filter_reviews(every: Iterable[Review], wanted: ReviewFilter) -> list[Review]:
    """Return what is wanted, in the wanted order."""
    now = timezone.now()
    shown = [one for one in every if _passes(one, wanted, now)]
    if wanted.sortierung != "leistung":
        shown.sort(key=lambda one: one.changed_at, reverse=wanted.sortierung == "neueste")
    return shown


def layer_options(every: Iterable[Review]) -> list[tuple[str, object]]:
    """Return the layers that changed something."""
    layers = {one.origin.layer for one in every if one.origin}
    return [("", _("alle")), *((layer.value, LAYER_LABELS[layer]) for layer in Layer if layer in layers)]


def to_line(one: Review, town: TenantInfo) -> ReviewLine:
    """Return the line of a review."""
    now = timezone.now()
    return ReviewLine(
        review=one,
        choice=write_choice(one),
        label=str(FIELD_LABELS[one.spec.name]),
        language=one.language or NEUTRAL,
        language_label=str(LANGUAGE_LABELS[one.language]),
        what=describe_review(one, town),
        waiting_days=max((now - one.changed_at).days, 0),
        is_overdue=one.is_overdue(now),
        is_locked=one.kind is ReviewKind.LOCKED,
    )


def write_choice(one: Review) -> str:
    """Return a review, and what was seen of it, as a form carries it."""
    return ":".join([str(one.service_id), one.spec.name, one.language, str(one.own_version), one.above])


def read_choice(text: str) -> tuple[Place, Seen] | None:
    """Return what a form carried; None for anything else."""
    parts = text.split(":")
    if len(parts) != 5 or not parts[3].isdecimal() or len(parts[3]) > 9:
        return None
    try:
        service_id = UUID(parts[0])
    except ValueError:
        return None
    return Place(service_id, parts[1], parts[2]), Seen(int(parts[3]), parts[4])


def _passes(one: Review, wanted: ReviewFilter, now: dt.datetime) -> bool:
    kinds = {
        "geaendert": one.kind is ReviewKind.CHANGED,
        "gesperrt": one.kind is ReviewKind.LOCKED,
        "ueberfaellig": one.is_overdue(now),
    }
    words = spelled_out(f"{one.title} {FIELD_LABELS[one.spec.name]} {one.slug}")
    return (
        kinds.get(wanted.art, True)
        and (not wanted.ebene or (one.origin is not None and one.origin.layer == wanted.ebene))
        and all(word in words for word in spelled_out(wanted.q).split())
    )


def _known(value: str, allowed: Mapping[str, object]) -> str:
    return value if value in allowed else ""
