"""What a citizen's page of a service shows, ready for the template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from catalog.decisions.town import TownService
from catalog.pages.links import Target, authority_name, link_target, list_towns_of, service_url, where_instead
from catalog.resolution.decide import Decision
from catalog.resolution.values import Layer
from catalog.services.fields import TARGET_GROUPS
from catalog.services.formatting import (
    FeeText,
    TimeText,
    format_deadline,
    format_fee,
    format_processing_time,
    local_text,
)
from catalog.services.richtext import as_markup
from catalog.services.structured import is_own_path
from tenants.registry.sites import RegionInfo, TenantInfo, directory

T = TypeVar("T")

# In the order in which a citizen asks: what, who, what to bring; then fee and time, as figures; then how.
_BEFORE: Final = (
    ("full_text", "beschreibung", gettext_lazy("Was ist das?")),
    ("prerequisites", "voraussetzungen", gettext_lazy("Wer kann das nutzen?")),
    ("required_documents", "unterlagen", gettext_lazy("Was brauchen Sie?")),
)
_AFTER: Final = (
    ("procedure", "ablauf", gettext_lazy("Wie läuft es ab?")),
    ("forms", "formulare", gettext_lazy("Welche Formulare gibt es?")),
    ("notes", "hinweise", gettext_lazy("Gut zu wissen")),
    ("further_information", "mehr-dazu", gettext_lazy("Mehr dazu")),
)
_FOLDED: Final = (
    ("legal_basis", "rechtsgrundlage", gettext_lazy("Rechtsgrundlage")),
    ("legal_remedy", "rechtsbehelf", gettext_lazy("Wenn Sie nicht einverstanden sind")),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A text of the page. `language` is set when German stands in on an English page."""

    id: str
    title: str
    html: Markup
    language: str = ""


@dataclass(frozen=True, slots=True)
class OnlineService:
    """How to apply online. `is_here`: by a form of this portal."""

    url: str
    label: str
    trust_level: str
    payment: str
    is_here: bool = False
    payment_note: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the texts come from; `adapted_at`: when the town changed some; `given_by`: towns that gave some."""

    catalogue: str
    town: str = ""
    adapted_at: dt.datetime | None = None
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class ServicePage:
    """Everything the template of a service needs."""

    title: str
    teaser: str
    kind: Decision
    intro: Section | None
    before: tuple[Section, ...]
    after: tuple[Section, ...]
    folded: tuple[Section, ...]
    fee: FeeText | None
    deadline: TimeText | None
    processing_time: TimeText | None
    online: OnlineService | None
    authority: str
    office: Section | None
    contact: Section | None
    origin: Origin
    target_groups: tuple[str, ...] = ()
    official_title: str = ""
    text_author: str = ""
    reason: str = ""
    alternative: str = ""
    target: Target | None = None
    elsewhere: tuple[Target, ...] = ()
    is_nobodys: bool = False
    instead: Target | None = None
    language_note: bool = False

    @property
    def is_own(self) -> bool:
        """The town does it itself."""
        return self.kind in {Decision.ADOPT, Decision.OVERRIDE}

    @property
    def document_count(self) -> int:
        """How many things citizens have to bring, where they are written as a list."""
        return sum(section.html.count("<li") for section in self.before if section.id == "unterlagen")

    @property
    def has_samples(self) -> bool:
        """Some figure is invented for the demo."""
        return any(part is not None and part.is_sample for part in (self.fee, self.deadline, self.processing_time))


def present_service(service: TownService, *, town: TenantInfo, language: str) -> ServicePage:
    """Return the page of a service in a town, in a language; German stands in for what nobody has translated."""
    before, after = _sections(service, _BEFORE, language), _sections(service, _AFTER, language)
    intro = _section(service, "short_text", language, title="")
    decided = service.decided
    shown = [*before, *after, *([intro] if intro else [])]
    return ServicePage(
        title=service.title(language),
        teaser=str(service.text("teaser", language) or ""),
        kind=decided.kind,
        intro=intro,
        before=before,
        after=after,
        folded=_sections(service, _FOLDED, language),
        fee=_figure(service, "fee", format_fee, language=language),
        deadline=_figure(service, "deadline", format_deadline, language=language),
        processing_time=_figure(service, "processing_time", format_processing_time, language=language),
        online=_online(service, language) if decided.is_own else None,
        authority=_authority(service, town),
        office=_section(service, "competent_office", language, title=str(_("Zuständige Stelle"))),
        contact=_section(service, "contact_point", language, title=str(_("Ansprechpunkt"))),
        origin=_origin(service, town, language),
        target_groups=tuple(str(TARGET_GROUPS[one]) for one in service.record.target_groups if one in TARGET_GROUPS),
        official_title=str(service.text("official_title", language) or ""),
        text_author=str(service.text("text_author", language) or ""),
        reason=decided.row.reason,
        alternative=decided.row.alternative,
        target=link_target(service, town) if decided.kind is Decision.LINK and not service.is_nobodys else None,
        elsewhere=_elsewhere(service, town) if decided.kind is Decision.NOBODY else (),
        is_nobodys=service.is_nobodys and decided.is_listed,
        instead=where_instead(service.authority),
        language_note=any(one.language for one in shown),
    )


def _sections(service: TownService, wanted: tuple[tuple[str, str, Any], ...], language: str) -> tuple[Section, ...]:
    found = (_section(service, name, language, title=str(title), id_=id_) for name, id_, title in wanted)
    return tuple(one for one in found if one is not None)


def _section(service: TownService, name: str, language: str, *, title: str, id_: str = "") -> Section | None:
    shown = service.effective.shown(name, language)
    html = as_markup(shown.value)
    return Section(id_ or name, title, html, shown.language if shown.is_fallback else "") if html else None


def _figure(
    service: TownService, name: str, write: Callable[[Mapping[str, Any], str], T], *, language: str
) -> T | None:
    value = service.effective.get(name).value
    return write(value, language) if isinstance(value, dict) else None


def _authority(service: TownService, town: TenantInfo) -> str:
    """Return who does it; "" where nobody does, or somebody else whom nobody has named."""
    if service.is_nobodys:
        return ""
    return authority_name(service.authority, town) or (town.official_name if service.decided.is_own else "")


def _online(service: TownService, language: str) -> OnlineService | None:
    value = service.online_service
    if value is None:
        return None
    url = str(value["url"])
    return OnlineService(
        url=url,
        label=local_text(value, "label", language) or str(_("Online beantragen")),
        trust_level=str(value.get("trust_level") or "none"),
        payment=str(value.get("payment") or "none"),
        is_here=is_own_path(url),
        payment_note=local_text(value, "payment_note", language),
    )


def _elsewhere(service: TownService, town: TenantInfo) -> tuple[Target, ...]:
    """In a district: the towns that do what is theirs."""
    if service.record.head.layer is not Layer.MUNICIPALITY or town.kind != "district":
        return ()
    return tuple(Target(one.name, service_url(one, service.slug), is_portal=True) for one in list_towns_of(town))


def _origin(service: TownService, town: TenantInfo, language: str) -> Origin:
    """Name the lowest shared layer with a value on the page, and when the town last changed one."""
    if service.is_local:
        return Origin(_("Eigenes Angebot: {town}").format(town=town.official_name))
    used = [
        value.provenance
        for key, value in service.effective.values.items()
        if value.provenance is not None and key.language in {"", language, "de"}
    ]
    own = [one.changed_at for one in used if one.owner and one.changed_at]
    layers = {one.layer for one in used if not one.owner}
    region: RegionInfo | None = directory.snapshot().regions.get(town.region_slug)
    if Layer.DISTRICT in layers:
        catalogue = _("Aus dem Katalog des Kreises")
    elif Layer.REGION in layers:
        catalogue = _("Aus dem Katalog der Region {region}").format(region=region.name if region else "").strip()
    elif Layer.STATE in layers:
        catalogue = _("Aus dem Katalog des Landes")
    else:
        catalogue = _("Aus dem gemeinsamen Katalog")
    given_by = _givers({one.author for one in used if not one.owner})
    return Origin(catalogue, town.name if own else "", max(own) if own else None, given_by)


def _givers(authors: set[str]) -> str:
    """Name the towns among the authors of shared texts: what a town has given for all carries its official name."""
    towns = directory.snapshot().tenants.values()
    return ", ".join(one.name for one in towns if one.official_name in authors and not one.is_training)
