"""A region's editors see what their towns do, and decide what towns begin with."""

from __future__ import annotations

from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.journeys.accessibility import axe
from tests.journeys.cast import publisher, region_editor
from tests.journeys.conftest import NewPage
from tests.journeys.product import Product

REGION = "muensterland"
# Nobody in this region has decided on it, and no other journey goes there.
SERVICE, TITLE = "hund-abmelden", "Hund abmelden"


def test_a_preset_shows_its_effect_reaches_citizens_and_goes_again(
    any_page: Page, open_page: NewPage, product: Product
) -> None:
    editor, citizen = any_page, open_page()
    publisher(REGION).sign_in(editor, product)
    editor.get_by_role("link", name="Vorgaben").first.click()
    editor.get_by_role("link", name="Neue Vorgabe").first.click()
    editor.get_by_label("Leistung oder Thema").select_option(label=TITLE)
    editor.get_by_label("nicht anbieten").check()
    editor.get_by_label("Grund").fill("Das macht der Zweckverband für alle.")
    expect(editor.get_by_role("button", name="Vorgabe speichern")).to_have_count(0)
    editor.get_by_role("button", name="Wirkung prüfen").click()
    expect(editor.get_by_text("Die Vorgabe ändert etwas für")).to_be_visible()
    editor.get_by_role("button", name="Vorgabe speichern").click()

    citizen.goto(product.at("muenster", f"/leistungen/{SERVICE}/"))
    expect(citizen.get_by_text("Das macht der Zweckverband für alle.")).to_be_visible()
    editor.goto(product.at(REGION, "/redaktion/matrix/?suche=Hund+abmelden"))
    expect(editor.get_by_text("Münster: nicht angeboten; Vorgabe der Region")).to_be_attached()

    editor.goto(product.at(REGION, "/redaktion/vorgaben/"))
    editor.get_by_role("link", name=TITLE).click()
    editor.get_by_role("button", name="Vorgabe zurücknehmen").click()
    expect(editor.get_by_text("Noch keine Vorgabe")).to_be_visible()
    citizen.reload()
    expect(citizen.get_by_text("Das macht der Zweckverband für alle.")).to_have_count(0)


def test_a_list_is_kept_under_a_name_and_found_by_colleagues(
    any_page: Page, open_page: NewPage, product: Product
) -> None:
    editor, colleague, name = any_page, open_page(), f"Hunde {token_hex(3)}"
    region_editor(REGION).sign_in(editor, product)
    editor.goto(product.at(REGION, "/redaktion/leistungen/"))
    editor.get_by_label("Titel, Adresse oder Leistungsschlüssel").fill("hund")
    editor.get_by_role("button", name="Anwenden").click()
    editor.get_by_role("link", name="Diese Ansicht speichern").click()
    editor.get_by_label("Name der Ansicht").fill(name)
    editor.get_by_label("Auch für die anderen in der Redaktion der Region").check()
    axe(editor)
    editor.get_by_role("button", name="Ansicht speichern").click()
    expect(editor.get_by_text("Die Ansicht ist gespeichert.")).to_be_visible()
    axe(editor)

    publisher(REGION).sign_in(colleague, product)
    colleague.goto(product.at(REGION, "/redaktion/leistungen/"))
    colleague.get_by_role("link", name=name).click()
    expect(colleague.get_by_role("link", name=TITLE)).to_be_visible()
    expect(colleague.get_by_role("link", name="Geburtsurkunde")).to_have_count(0)

    editor.get_by_role("link", name="Leistungen", exact=True).first.click()
    editor.get_by_role("link", name="Ansichten verwalten").click()
    editor.get_by_role("row", name=name).get_by_role("button", name="Löschen").click()
    expect(editor.get_by_text("Die Ansicht ist gelöscht.")).to_be_visible()


def test_arrow_keys_move_in_the_matrix_and_enter_opens_the_towns_page(page: Page, product: Product) -> None:
    region_editor(REGION).sign_in(page, product)
    page.goto(product.at(REGION, "/redaktion/matrix/?ebene=municipality&art=independent_city"))
    cells = page.locator("[data-matrix] tbody tr")
    page.get_by_role("region", name="Leistungen und Kommunen").focus()
    first = cells.nth(0).locator("td a").first
    first.focus()
    page.keyboard.press("ArrowDown")
    second = cells.nth(1).locator("td a").first
    expect(second).to_be_focused()
    assert page.locator('[data-matrix] tbody td a[tabindex="0"]').count() == 1
    target = second.get_attribute("href")
    assert target is not None
    page.keyboard.press("Enter")
    expect(page).to_have_url(target)


def test_the_matrix_stays_in_its_frame_on_a_phone(narrow: Page, product: Product) -> None:
    publisher("emscher-lippe").sign_in(narrow, product)
    narrow.goto(product.at("emscher-lippe", "/redaktion/matrix/"))
    assert narrow.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
