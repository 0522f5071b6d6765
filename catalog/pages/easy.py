"""A service in Leichte Sprache: what it is, what to bring, how it goes, what it costs, who does it. No more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import override
from markupsafe import Markup

from catalog.decisions.town import TownService
from catalog.pages.links import Target, authority_name, link_target, where_instead
from catalog.resolution.decide import Decision
from catalog.resolution.values import EASY_LANGUAGE, SOURCE_LANGUAGE
from catalog.services.formatting import FeeText, format_fee
from catalog.services.richtext import as_markup
from tenants.registry.sites import TenantInfo

# Headings belong to the text: they are in Leichte Sprache too, on the English page as well.
_SECTIONS: Final = (
    ("short_text", "Was ist das?"),
    ("required_documents", "Was brauchen Sie?"),
    ("procedure", "So geht es"),
)


@dataclass(frozen=True, slots=True)
class EasyPage:
    """Everything the template needs; all of it is German."""

    title: str
    teaser: str
    sections: tuple[tuple[str, Markup], ...]
    fee: FeeText | None
    authority: str
    is_nobodys: bool = False
    instead: Target | None = None


def has_easy_page(service: TownService) -> bool:
    """Whether the town shows the service, and somebody has written title and text in Leichte Sprache."""
    values = service.effective
    written = not any(values.get(name, EASY_LANGUAGE).is_empty for name in ("title", "short_text"))
    return written and (service.decided.is_own or service.decided.kind is Decision.LINK)


def present_easy_service(service: TownService, *, town: TenantInfo) -> EasyPage | None:
    """Return the page, or None where there is none. German texts never stand in: they would not be easy."""
    if not has_easy_page(service):
        return None
    values = service.effective
    sections = tuple((heading, as_markup(values.get(name, EASY_LANGUAGE).value)) for name, heading in _SECTIONS)
    fee: Any = values.get("fee").value
    with override(SOURCE_LANGUAGE):
        return EasyPage(
            title=str(values.get("title", EASY_LANGUAGE).value),
            teaser=str(values.get("teaser", EASY_LANGUAGE).value or ""),
            sections=tuple((heading, html) for heading, html in sections if html),
            fee=format_fee(fee, SOURCE_LANGUAGE) if isinstance(fee, dict) else None,
            authority=_authority(service, town),
            is_nobodys=service.is_nobodys,
            instead=where_instead(service.authority),
        )


def _authority(service: TownService, town: TenantInfo) -> str:
    if service.decided.kind is Decision.LINK:
        return link_target(service, town).authority
    return authority_name(service.authority, town) or town.official_name
