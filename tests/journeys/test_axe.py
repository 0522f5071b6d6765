"""Every page of the three sites meets WCAG 2.2, levels A and AA, as far as axe can tell, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys import pages
from tests.journeys.accessibility import COLOUR_RULES, have_axe, violations
from tests.journeys.browser import Complaints
from tests.journeys.cast import SignsIn, administrator, citizen, operator, publisher
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

GROUPS: dict[str, tuple[str, dict[str, list[pages.Address]], SignsIn | None]] = {
    "town": (pages.TOWN, pages.TOWN_PAGES, None),
    "staff": (pages.TOWN, pages.STAFF_PAGES, administrator(pages.TOWN)),
    "umbrella": (pages.REGION, pages.UMBRELLA_PAGES, None),
    "editing": (pages.REGION, pages.EDITING_PAGES, publisher(pages.REGION)),
    "citizen": (pages.REGION, pages.OWN_PAGES, citizen(pages.REGION)),
    "citizen in a town": (pages.TOWN, pages.OWN_TOWN_PAGES, citizen(pages.REGION)),
    "console": (pages.CONSOLE, pages.CONSOLE_PAGES, operator(pages.REGION)),
}


@pytest.mark.parametrize("kind", list(pages.TABLES))
def test_every_route_is_looked_at(kind: str) -> None:
    known = set(pages.TABLES[kind]) | set(pages.NO_PAGE[kind].split())
    assert pages.routes(kind) == known


@pytest.mark.parametrize("group", list(GROUPS))
def test_pages_are_clean_in_both_themes(group: str, page: Page, product: Product) -> None:
    site, table, person = GROUPS[group]
    if group == "staff":
        _leave_a_message(page, product)
    if person is not None:
        person.sign_in(page, product)
    have_axe(page)
    wrong: list[str] = []
    for address in [one for listed in table.values() for one in listed]:
        path = address if isinstance(address, str) else address.path(page, product, site)
        wrong += _look(page, product.at(site, path))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "address",
    [
        "gladbeck/gibt-es-nicht/",
        "emscher-lippe/gibt-es-nicht/",
        "unbekannt/",
        "waltrop/",
        "waltrop/leistungen/theaterkarten-kaufen/",
    ],
)
def test_answers_beside_the_routes_are_clean(
    address: str, page: Page, product: Product, complaints: Complaints
) -> None:
    complaints.expect(404)
    site, _, path = address.partition("/")
    wrong = _look(page, product.at(site, f"/{path}"), status=200 if site == "waltrop" else 404)
    assert not wrong, "\n".join(wrong)


def test_dark_theme_can_be_switched_on(open_page: NewPage, product: Product) -> None:
    page = open_page()
    page.goto(product.at(pages.TOWN))
    page.get_by_role("button", name="Dunkle Darstellung").first.click()
    page.goto(product.at(pages.TOWN, "/kontakt/"))
    assert page.locator("html").get_attribute("data-kern-theme") == "dark"


@pytest.mark.parametrize("is_there_from_the_beginning", [True, False])
def test_what_is_wrong_is_found(page: Page, product: Product, *, is_there_from_the_beginning: bool) -> None:
    if is_there_from_the_beginning:
        have_axe(page)
    page.goto(product.at(pages.TOWN))
    page.evaluate("document.querySelector('main').prepend(document.createElement('img'))")
    assert [line.partition(" ")[0] for line in violations(page)] == ["image-alt"]
    assert violations(page, rules=COLOUR_RULES) == []


def _leave_a_message(page: Page, product: Product) -> None:
    page.goto(product.at(pages.TOWN, "/feedback/"))
    page.get_by_label("Rückmeldung zum Portal").check()
    page.get_by_label("Ihre Nachricht").fill("Die Karte ist schön.")
    page.get_by_role("button", name="Nachricht senden").click()
    page.wait_for_url("**/feedback/danke/")


def _look(page: Page, url: str, *, status: int = 200) -> list[str]:
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == status, f"{url} answered {answer.status}"
    wrong = []
    for theme, rules in (("light", None), ("dark", COLOUR_RULES)):
        page.emulate_media(color_scheme=theme)
        wrong += [f"{url} ({theme}): {line}" for line in violations(page, rules=rules)]
    return wrong
