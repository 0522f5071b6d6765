"""Pictures of the main pages for docs/screenshots/: `make screenshots`. Wide and narrow, light and dark."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from federation.devstack import pytest_plugin
from tests.journeys.browser import DESKTOP, PHONE, launch, new_context
from tests.journeys.cast import Person, administrator, operator
from tests.journeys.product import Product, running_product

TARGET = pytest_plugin.ROOT / "docs" / "screenshots"
SHAPES = {"wide": DESKTOP, "narrow": PHONE}
THEMES = ("light", "dark")
# name: site, path
PUBLIC = {
    "umbrella-home": ("emscher-lippe", "/"),
    "umbrella-municipalities": ("emscher-lippe", "/kommunen/"),
    "umbrella-search": ("emscher-lippe", "/suche/?q=Hund+anmelden"),
    "umbrella-service": ("emscher-lippe", "/leistungen/hund-anmelden/"),
    "umbrella-muensterland": ("muensterland", "/"),
    "town-home": ("gladbeck", "/"),
    "town-services": ("gladbeck", "/leistungen/"),
    "town-service": ("gladbeck", "/leistungen/hund-anmelden/"),
    "town-service-linked": ("gladbeck", "/leistungen/fahrzeug-zulassen/"),
    "town-contact": ("gladbeck", "/kontakt/"),
    "town-easy-language": ("gladbeck", "/leichte-sprache/"),
    "town-pilot": ("waltrop", "/"),
    "unknown-host": ("unbekannt", "/"),
}
STAFF = {
    "staff-overview": ("gladbeck", "/verwaltung/"),
    "staff-services": ("gladbeck", "/verwaltung/leistungen/"),
    "staff-service": ("gladbeck", "/verwaltung/leistungen/hund-anmelden/"),
    "staff-fee": ("gladbeck", "/verwaltung/leistungen/hund-anmelden/feld/fee/alle/"),
    "staff-branding": ("gladbeck", "/verwaltung/erscheinungsbild/"),
    "staff-hours": ("gladbeck", "/verwaltung/oeffnungszeiten/"),
}
CONSOLE = {
    "console-overview": ("konsole", "/"),
    "console-municipalities": ("konsole", "/kommunen/"),
    "console-onboard": ("konsole", "/kommunen/neu/?region=muensterland&kommune=05558016"),
    "console-municipality": ("konsole", "/kommunen/muenster/"),
    "gallery": ("konsole", "/gestaltung/"),
}


def take(browser: Browser, product: Product, *, target: Path) -> int:
    """Take all pictures and return how many there are."""
    taken = 0
    groups: list[tuple[dict[str, tuple[str, str]], Person | None]] = [
        (PUBLIC, None),
        (STAFF, administrator("gladbeck")),
        (CONSOLE, operator("muensterland")),
    ]
    for listed, person in groups:
        context = new_context(browser)
        page = context.new_page()
        if person is not None:
            person.sign_in(page, product)
        for name, (site, path) in listed.items():
            page.goto(product.at(site, path))
            taken += _take_page(page, name, target)
        context.close()
    return taken


def _take_page(page: Page, name: str, target: Path) -> int:
    for shape, size in SHAPES.items():
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=target / f"{name}-{shape}-{theme}.png", full_page=True, animations="disabled")
    return len(SHAPES) * len(THEMES)


def main() -> None:
    """Start the product, take the pictures, end it."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.mkdir(parents=True, exist_ok=True)
    pytest_plugin.prepare_process()
    with running_product() as product, sync_playwright() as playwright:
        browser = launch(playwright)
        taken = take(browser, product, target=target)
        browser.close()
    pytest_plugin.drop_database(pytest_plugin.database_name())
    sys.stdout.write(f"{taken} pictures are in {target}\n")


if __name__ == "__main__":
    main()
