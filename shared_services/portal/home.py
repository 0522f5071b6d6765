"""What a town's home page shows, gathered in a fixed number of queries whatever the town has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from catalog.decisions.selectors import list_offered_services
from catalog.decisions.topics import TownCategory, list_shown_categories
from catalog.decisions.town import TownService
from catalog.pages.situations import SituationLink, list_situation_links
from shared_services.portal.hours import Today, today_at
from shared_services.portal.hours_texts import today_text
from shared_services.portal.selectors import get_week, list_current_notices
from shared_services.portal.texts import current_language
from shared_services.portal.values import NoticeInfo

TOP_SERVICES: Final = 6
SITUATIONS: Final = 6


@dataclass(frozen=True, slots=True)
class TopService:
    """A service that many look for."""

    slug: str
    title: str
    teaser: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The changing parts of a home page."""

    notices: list[NoticeInfo]
    today: Today
    today_text: str
    top_services: list[TopService]
    categories: list[TownCategory]
    situations: list[SituationLink]


def get_home_page() -> HomePage:
    """Return the home page of the current tenant.

    It costs notices (1 query), hours (1), services (2, and 2 in a town with services of its own), topics (2) and
    situations in life (1).
    """
    language = current_language()
    now = timezone.localtime()
    today = today_at(get_week(today=now.date()), now)
    offered = list_offered_services(language)
    return HomePage(
        notices=list_current_notices(today=now.date()),
        today=today,
        today_text=today_text(today),
        top_services=_top(offered, language),
        categories=_categories(offered, language),
        situations=list_situation_links({service.id for service in offered}, language=language)[:SITUATIONS],
    )


def _top(offered: list[TownService], language: str) -> list[TopService]:
    ranked = sorted(offered, key=lambda service: -service.record.prominence)[:TOP_SERVICES]
    return [TopService(one.slug, one.title(language), str(one.text("teaser", language) or "")) for one in ranked]


def _categories(offered: list[TownService], language: str) -> list[TownCategory]:
    codes = [service.record.category_codes for service in offered]
    return [one for one in list_shown_categories(language, offered=codes) if one.count]
