"""What the ways to a municipality need on a page: the places, where a choice leads on, and what is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from federation.umbrella.choice import choose_url, get_chosen, safe_onward
from federation.umbrella.places import Place, RegionPlaces, get_places
from federation.umbrella.requests import region_of
from tenants.registry.sites import TenantInfo

MAX_SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Letter:
    """Places whose names begin alike."""

    letter: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Picker:
    """Handed to templates as `picker`. `onward` is the page of this host that a choice leads to, if not the portal."""

    places: RegionPlaces
    onward: str = ""
    chosen: TenantInfo | None = None

    def url(self, tenant: TenantInfo) -> str:
        """Return the address that chooses a portal."""
        return choose_url(tenant.slug, onward=self.onward)

    def slug_url(self, slug: str) -> str:
        """Return the address that chooses a portal by its short name, as the map keeps it."""
        return choose_url(slug, onward=self.onward)

    @property
    def find_url(self) -> str:
        """Where the form with name or postcode goes."""
        return reverse("umbrella:find")

    @property
    def suggest_url(self) -> str:
        """Where suggestions come from while typing."""
        return self._with_onward(reverse("umbrella:suggestions"))

    @property
    def nearby_url(self) -> str:
        """Where the rounded location goes."""
        return reverse("umbrella:nearby")

    @property
    def list_url(self) -> str:
        """The page with list and map."""
        return self._with_onward(reverse("umbrella:municipalities"))

    @property
    def hidden(self) -> dict[str, str]:
        """Fields that forms carry along."""
        return {"weiter": self.onward} if self.onward else {}

    @property
    def example(self) -> Place | None:
        """A town whose name and postcode show what may be typed."""
        return next((place for place in self.places.towns if place.has_own_portal and place.postcodes), None)

    @property
    def letters(self) -> list[Letter]:
        """All places by their first letter."""
        groups = groupby(self.places.places, key=lambda place: place.sort_key[:1].upper())
        return [Letter(letter, tuple(places)) for letter, places in groups]

    def _with_onward(self, path: str) -> str:
        return f"{path}?{urlencode(self.hidden)}" if self.onward else path


def make_picker(request: HttpRequest, *, onward: str | None = None) -> Picker:
    """Return the picker of a page; `onward` of the query counts when the page names none, and only if it is safe."""
    target = safe_onward(request, request.GET.get("weiter", "")) if onward is None else onward
    return Picker(places=get_places(region_of(request).slug), onward=target, chosen=get_chosen(request))


def hint_of(place: Place) -> str:
    """Say in a few words what a place is, or whose portal answers for it."""
    if not place.has_own_portal:
        return _("im Portal: {name}").format(name=place.portal.name)
    if place.portal.kind != "town":
        return kind_label(place.portal.kind)
    kind = _("Gemeinde") if place.portal.official_name.startswith("Gemeinde") else _("Stadt")
    return f"{kind}, {place.district_name}" if place.district_name else kind


def kind_label(kind: str) -> str:
    """Return what a tenant is, in the reader's language."""
    labels = {
        "town": _("Stadt oder Gemeinde"),
        "independent_city": _("kreisfreie Stadt"),
        "district": _("Kreis"),
    }
    return labels.get(kind, "")


def suggest_places(picker: Picker, places: Iterable[Place]) -> list[dict[str, Any]]:
    """Return places as the combobox shows them."""
    return [
        {"label": place.name, "href": picker.url(place.portal), "hint": hint_of(place), "icon": "pin"}
        for place in places
    ]
