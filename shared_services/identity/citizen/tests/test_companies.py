"""Whose word counts for a company: that of a provider that knows companies; and documents that people hand in."""

from __future__ import annotations

import base64
import io
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shared_services.accounts.businesses import add_business, change_business, get_business, remove_business
from shared_services.accounts.documents import MAX_BYTES, get_document, hand_in_document, list_handed_in
from shared_services.accounts.events import list_events
from shared_services.accounts.export import export_account_data
from shared_services.accounts.models import BusinessDocument
from shared_services.identity.citizen.oidc import _person
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, Citizen, open_account
from shared_services.identity.citizen.ways import tells_companies
from tenants.context import as_accounts
from tenants.errors import InvalidInput, NotFound
from tenants.trust import TrustLevel

DATA = "/konto/daten/"
SHOP = {"company": "Blumenladen", "role": "owner"}
PDF = b"%PDF-1.7\n1 0 obj Registerauszug Unverwechselbar\n%%EOF\n"
CLAIMS = {"sub": "f:1", "organisation": "Muster Bau GmbH", "organisation_id": "DE123456789"}


@pytest.fixture(autouse=True)
def _simulators(settings: Any) -> None:
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_SIMULATORS = "", True


def test_mein_unternehmenskonto_names_the_company() -> None:
    person = _person({**CLAIMS, "idp": "unternehmenskonto"}, TrustLevel.SUBSTANTIELL, is_told_now=True)
    assert (person.organisation, person.organisation_id) == ("Muster Bau GmbH", "DE123456789")


@pytest.mark.parametrize("idp", ["bundid", "landeskonto", "", "unbekannt"])
def test_what_stands_in_the_token_after_another_sign_in_proves_nothing(idp: str) -> None:
    assert not tells_companies(idp)
    person = _person({**CLAIMS, "idp": idp}, TrustLevel.HOCH, is_told_now=True)
    assert (person.organisation, person.organisation_id) == ("", "")


def picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, format=kind)
    return target.getvalue()


@pytest.fixture
def shop(anna: Citizen) -> UUID:
    """Return Anna's shop, of which nobody knows but from her."""
    return add_business(account_id=anna.id, values=SHOP)


@pytest.fixture
def page(browser: Browser, anna: Citizen) -> Browser:
    """Return a browser in which Anna is signed in at the umbrella."""
    browser.sign_in(anna)
    return browser


def send(browser: Browser, business_id: UUID, data: bytes, name: str = "auszug.pdf") -> Any:
    path = f"{DATA}unternehmen/{business_id}/nachweis/"
    return browser.client(UMBRELLA).post(path, {"document": SimpleUploadedFile(name, data)})


def test_a_document_is_handed_in_looked_at_and_deleted(page: Browser, anna: Citizen, shop: UUID) -> None:
    assert "nur angegeben, nicht nachgewiesen" in page.get(UMBRELLA, DATA).content.decode()
    assert send(page, shop, PDF).status_code == 302
    shown = page.get(UMBRELLA, DATA).content.decode()
    assert "Nachweis eingereicht, nicht geprüft" in shown
    assert not get_business(anna.id, business_id=shop).is_proved, "a document proves nothing by itself"
    path = f"{DATA}unternehmen/{shop}/nachweis/"
    assert "Ein Nachweis ist eingereicht" in page.get(UMBRELLA, path).content.decode()
    file = page.get(UMBRELLA, f"{path}datei/")
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert file["Content-Disposition"] == 'attachment; filename="nachweis.pdf"'
    assert "no-store" in file["Cache-Control"]
    page.post(UMBRELLA, f"{path}loeschen/", {})
    assert list_handed_in(anna.id) == {}
    assert page.get(UMBRELLA, f"{path}datei/").status_code == 404
    done = [one.action for one in list_events(anna.id)]
    assert done[:2] == ["business.document_removed", "business.document_added"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"<html><script>alert(1)</script>", "Erlaubt sind PDF, JPEG und PNG"),
        (b"%PDF-1.7 nothing ends it", "Erlaubt sind PDF, JPEG und PNG"),
        (picture("GIF"), "Erlaubt sind PDF, JPEG und PNG"),
        (PDF + bytes(MAX_BYTES), "größer als 5 MB"),
        (b"", "Diese Datei ist leer"),
    ],
    ids=["html", "broken", "gif", "large", "empty"],
)
def test_what_it_is_shows_in_its_bytes(page: Browser, anna: Citizen, shop: UUID, data: bytes, word: str) -> None:
    refused = send(page, shop, data)
    assert (refused.status_code, word in refused.content.decode()) == (422, True)
    assert list_handed_in(anna.id) == {}


def test_pictures_are_taken_whatever_they_are_called(anna: Citizen, shop: UUID) -> None:
    for kind in ("PNG", "JPEG"):
        hand_in_document(account_id=anna.id, business_id=shop, data=picture(kind))
        assert get_document(anna.id, business_id=shop).kind.name == kind


def test_nothing_of_it_lies_in_the_clear(anna: Citizen, shop: UUID) -> None:
    hand_in_document(account_id=anna.id, business_id=shop, data=PDF)
    with as_accounts():
        row = BusinessDocument.objects.get(business_id=shop)
    assert b"Registerauszug" not in bytes(row.sealed)
    assert base64.b64encode(PDF)[:20] not in bytes(row.sealed)


def test_a_document_is_about_one_company_and_its_owner_alone_has_it(anna: Citizen, shop: UUID) -> None:
    hand_in_document(account_id=anna.id, business_id=shop, data=PDF)
    ben = open_account("ben@example.org")
    for refused in (
        lambda: get_document(ben.id, business_id=shop),
        lambda: hand_in_document(account_id=ben.id, business_id=shop, data=PDF),
    ):
        with pytest.raises(NotFound):
            refused()
    (company,) = export_account_data(anna.id)["companies"]
    assert base64.b64decode(company["document"]["content_base64"]) == PDF
    change_business(account_id=anna.id, business_id=shop, version=1, values={**SHOP, "company": "Bank AG"})
    assert list_handed_in(anna.id) == {}
    hand_in_document(account_id=anna.id, business_id=shop, data=PDF)
    remove_business(account_id=anna.id, business_id=shop)
    with as_accounts():
        assert not BusinessDocument.objects.filter(business_id=shop).exists()


def test_an_empty_document_is_none() -> None:
    with pytest.raises(InvalidInput):
        hand_in_document(account_id=UUID(int=1), business_id=UUID(int=2), data=b"")
