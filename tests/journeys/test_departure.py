"""An operator begins to remove a municipality and thinks better of it: the portal is there again, whole."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.browser import Complaints
from tests.journeys.cast import operator
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

# Nothing else in the demo depends on it.
TOWN = "wiesmoor"
# A worker writes the archive meanwhile; it may be done before the list is asked for.
AS_THE_WORKER_IS = re.compile("Portal geschlossen, Archiv noch nicht fertig|Archiv fertig, Wartefrist läuft")


def test_a_departure_is_called_off(open_page: NewPage, product: Product, complaints: Complaints) -> None:
    complaints.expect(422, 503)
    provider, citizen = open_page(), open_page()
    operator("modellkommunen").sign_in(provider, product)
    provider.goto(product.at("konsole", f"/kommunen/{TOWN}/"))
    provider.get_by_role("link", name="Kommune entfernen").click()
    submit = provider.get_by_role("button", name="Portal schließen und Archiv schreiben")
    submit.click()
    expect(provider.get_by_role("alert")).to_contain_text("Nennen Sie den Grund")
    axe(provider)
    provider.get_by_label("Grund").fill("Der Vertrag ist zu Ende")
    provider.get_by_label("Kurzname der Kommune").fill(TOWN)
    submit.click()
    expect(provider.get_by_role("heading", level=1)).to_contain_text("Abgang")
    axe(provider)
    answer = citizen.goto(product.at(TOWN))
    assert answer is not None
    assert answer.status == 503
    provider.get_by_role("link", name="Abgänge").first.click()
    axe(provider)
    expect(provider.get_by_role("main")).to_contain_text(AS_THE_WORKER_IS)
    provider.get_by_role("main").get_by_role("row").get_by_role("link").first.click()
    _call_off(provider)
    answer = citizen.goto(product.at(TOWN))
    assert answer is not None
    assert answer.status == 200


def _call_off(provider: Page) -> None:
    """Cancel; while the worker writes the archive just then, once more."""
    cancel = provider.get_by_role("button", name="Abbrechen, die Kommune bleibt")
    for _try in range(20):
        cancel.click()
        if "/kommunen/" in provider.url:
            break
        provider.wait_for_timeout(500)
    expect(provider.get_by_role("main")).to_contain_text("Kommune entfernen")
