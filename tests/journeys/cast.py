"""Who walks through the journeys, and how they sign in. Accounts are those of the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Page, expect

from tests.journeys.product import Product

REGIONS = ("emscher-lippe", "muensterland", "modellkommunen")


@dataclass(frozen=True)
class Person:
    """Somebody with an account on a site of the demo."""

    site: str
    email: str
    password: str

    @property
    def area(self) -> str:
        """Return where the person works."""
        return {"konsole": "/", **dict.fromkeys(REGIONS, "/redaktion/")}.get(self.site, "/verwaltung/")

    def sign_in(self, page: Page, product: Product) -> None:
        """Fill in the form as people do; ends on the first page of the work area."""
        page.goto(product.at(self.site, f"{self.area}anmelden/"))
        page.get_by_label("E-Mail-Adresse").fill(self.email)
        page.get_by_label("Passwort").fill(self.password)
        page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
        expect(page.get_by_role("button", name="Abmelden")).to_be_visible()


class SignsIn(Protocol):
    """Somebody who can sign in."""

    def sign_in(self, page: Page, product: Product) -> None:
        """Sign in as people do."""


@dataclass(frozen=True)
class Citizen:
    """Somebody with an account for every town of a region."""

    region: str
    email: str
    password: str

    def sign_in(self, page: Page, product: Product) -> None:
        """Fill in the umbrella's form; ends in one's own area."""
        page.goto(product.at(self.region, "/konto/anmelden/"))
        page.get_by_label("E-Mail-Adresse").fill(self.email)
        page.get_by_label("Passwort").fill(self.password)
        page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
        expect(page.get_by_role("heading", name="Mein Konto", level=1)).to_be_visible()


def citizen(region: str) -> Citizen:
    """Return a citizen of a region."""
    name = {"emscher-lippe": "anna", "muensterland": "ben"}[region]
    return Citizen(region, f"{name}@buerger.example", "verbund-demo-citizen")


def editor(town: str) -> Person:
    """Return who edits a town's services and pages."""
    return Person(town, f"redaktion@{town}.example", "verbund-demo-editor")


def administrator(town: str) -> Person:
    """Return who also invites others."""
    return Person(town, f"verwaltung@{town}.example", "verbund-demo-administrator")


def region_editor(region: str) -> Person:
    """Return who writes drafts for a region's catalogue."""
    return Person(region, f"redaktion@{region}.example", "verbund-demo-region-editor")


def publisher(region: str) -> Person:
    """Return who also publishes it."""
    return Person(region, f"freigabe@{region}.example", "verbund-demo-region-publisher")


def operator(provider: str) -> Person:
    """Return who runs a region's portals: emscher-lippe, muensterland or modellkommunen."""
    return Person("konsole", f"betrieb@it-{provider}.example", "verbund-demo-operator")
