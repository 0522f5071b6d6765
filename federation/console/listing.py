"""The list of municipalities: what the address asks for, and the addresses of its variations."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from tenants.provisioning.selectors import current_version
from tenants.registry.selectors import ORDERS, Need, TenantQuery, list_life_choices
from tenants.registry.sites import RegionInfo

PAGE_SIZE = 50
_NEEDS: dict[str, Need] = {"fehler": "error", "rueckstand": "behind"}
_TEXT_LENGTH = 100
# In a filter nothing must be filled in and nothing need be called optional.
_PLAIN: dict[str, object] = {"required": True, "attrs": {"required": None}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The query of the list's address; names are those of its parameters. What is not known counts as not set."""

    suche: str = ""
    region: str = ""
    zustand: str = ""
    nur: str = ""
    sortierung: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.suche or self.region or self.zustand or self.nur)

    def query(self) -> str:
        """Return the query string, without what is not set."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: value for name, value in given.items() if value})

    def page_prefix(self) -> str:
        """Return the address to which a page's number is appended."""
        query = self.query()
        return f"?{query}&seite=" if query else "?seite="

    def as_query(self, operator_id: UUID, number: int) -> TenantQuery:
        """Return what the selector takes."""
        return TenantQuery(
            operator_id=operator_id,
            text=self.suche,
            region_slug=self.region,
            life=self.zustand,
            needs=_NEEDS.get(self.nur, ""),
            current_version=current_version(),
            order=self.sortierung or "name",
            number=number,
            size=PAGE_SIZE,
        )


def read_filters(given: QueryDict, regions: list[RegionInfo]) -> Filters:
    """Read the address; a value that is none of the choices is dropped."""

    def choice(name: str, allowed: object) -> str:
        value = given.get(name, "")
        return value if value in allowed else ""  # type: ignore[operator] # any container of texts

    return Filters(
        suche=" ".join(given.get("suche", "")[:_TEXT_LENGTH].split()).replace("\x00", ""),
        region=choice("region", {region.slug for region in regions}),
        zustand=choice("zustand", {life for life, _label in list_life_choices()}),
        nur=choice("nur", _NEEDS),
        sortierung=choice("sortierung", ORDERS),
    )


def read_number(given: QueryDict) -> int:
    """Return the number of the page asked for, 1 for anything that is no number."""
    text = given.get("seite", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def filter_fields(filters: Filters, regions: list[RegionInfo]) -> list[dict[str, object]]:
    """Return the fields of the filter bar."""
    fields_shown: list[dict[str, object]] = [
        {
            "name": "suche",
            "label": _("Name, Adresse oder AGS"),
            "kind": "search",
            "value": filters.suche,
            **_PLAIN,
        },
        _select("zustand", _("Zustand"), value=filters.zustand, options=[("", _("alle")), *list_life_choices()]),
        _select(
            "nur",
            _("Nur"),
            value=filters.nur,
            options=[("", _("alle")), ("fehler", _("mit Fehler")), ("rueckstand", _("nicht auf diesem Stand"))],
        ),
        _select("sortierung", _("Sortieren nach"), value=filters.sortierung, options=_orders()),
    ]
    if len(regions) > 1:
        choices = [("", _("alle")), *((region.slug, region.short_name) for region in regions)]
        fields_shown.insert(1, _select("region", _("Portalregion"), value=filters.region, options=choices))
    return fields_shown


def active_filters(filters: Filters, regions: list[RegionInfo], path: str) -> list[dict[str, str]]:
    """Return each set filter with the address of the list without it."""
    labels = {
        "suche": _("„{text}“").format(text=filters.suche),
        "region": next((region.short_name for region in regions if region.slug == filters.region), ""),
        "zustand": dict(list_life_choices()).get(filters.zustand, ""),
        "nur": {"fehler": _("mit Fehler"), "rueckstand": _("nicht auf diesem Stand")}.get(filters.nur, ""),
    }
    return [
        {"label": label, "href": f"{path}?{replace(filters, **{name: ''}).query()}"}
        for name, label in labels.items()
        if getattr(filters, name)
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        ("", _("Name")),
        ("kind", _("Art")),
        ("region", _("Portalregion")),
        ("state", _("Zustand")),
        ("version", _("Version")),
        ("error", _("Letzter Fehler")),
        ("newest", _("Neueste zuerst")),
    ]


def _select(name: str, label: str, *, value: str, options: list[tuple[str, str]]) -> dict[str, object]:
    return {"name": name, "label": label, "kind": "select", "value": value, "options": options, **_PLAIN}
