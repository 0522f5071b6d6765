"""Services from A to Z: shared ones, and those of single towns with the town named, however many there are."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.search.models import LocalDocument
from federation.umbrella import alphabet
from federation.umbrella.alphabet import get_letter_page, list_alphabet
from tenants.context import as_projector, as_umbrella
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo, directory
from tenants.sorting import german_sort_key

pytestmark = pytest.mark.django_db
PATH = "/leistungen/"


def tell(town: TenantInfo, *titles: str, state: str = "published", slug: str = "") -> None:
    """Let a town tell services of its own."""
    with as_projector():
        for title in titles:
            service_id, event_id = uuid7(), uuid7()
            for language in ("de", "en"):
                LocalDocument.objects.create(
                    owner_role=town.ref.role,
                    tenant_id=town.id,
                    service_id=service_id,
                    language=language,
                    slug=slug or f"eigenes-{service_id.hex[-12:]}",
                    title=title,
                    sort_key=german_sort_key(title),
                    state=state,
                    vector="",
                    event_id=event_id,
                )


def text_of(client: Client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def sections_of(page: str) -> dict[str, str]:
    """Return the page by letters."""
    parts = re.split(r'<h2 class="vb-places__letter"[^>]*>(.)</h2>', page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_own_services_of_towns_stand_there_with_the_town(
    region: Client, gladbeck: TenantInfo, dorsten: TenantInfo, muensterland: Client
) -> None:
    tell(gladbeck, "Äpfel sammeln", "3-Tage-Fest")
    tell(dorsten, "Hafenrundfahrt")
    tell(dorsten, "Hafenentwurf", state="draft")
    found = sections_of(text_of(region))
    assert "Äpfel sammeln" in found["A"]
    assert "Nur in Gladbeck" in found["A"]
    assert 'href="http://gladbeck.localhost/leistungen/eigenes-' in found["A"]
    assert "Hafenrundfahrt" in found["H"]
    assert "Hund anmelden" in found["H"]
    assert "3-Tage-Fest" in found["#"]
    assert "Hafenentwurf" not in "".join(found.values())
    assert "Hafenrundfahrt" not in text_of(muensterland)


def test_the_name_of_a_shared_service_is_the_shared_ones(region: Client, gladbeck: TenantInfo) -> None:
    tell(gladbeck, "Hund mitbringen", slug="hund-anmelden")
    assert 'href="http://gladbeck.localhost/leistungen/hund-anmelden-gladbeck/"' in text_of(region)


def test_many_own_services_stand_on_the_pages_of_their_letters(
    region: Client, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alphabet, "MOST_INLINE", 3)
    monkeypatch.setattr(alphabet, "PAGE_SIZE", 4)
    tell(gladbeck, *(f"Hafenfest {number}" for number in range(6)), "Zirkus")
    page = text_of(region)
    assert "Hafenfest" not in page
    assert f'href="{PATH}?buchstabe=H"' in page
    assert "Angebote einzelner Kommunen mit H" in page
    first, second = (text_of(region, f"{PATH}?buchstabe=H&seite={number}") for number in (1, 2))
    assert re.findall(r"Hafenfest \d", first) == [f"Hafenfest {number}" for number in range(4)]
    assert re.findall(r"Hafenfest \d", second) == ["Hafenfest 4", "Hafenfest 5"]
    assert ("Hund anmelden" in first, "Hund anmelden" in second) == (True, False)
    assert "6 Angebote mit H" in first
    assert "Hafenfest 5" in text_of(region, f"{PATH}?buchstabe=H&seite=99")


@pytest.mark.parametrize("query", ["?buchstabe=Q", "?buchstabe=%23", "?buchstabe=A&seite=-1", "?buchstabe=A&seite=x"])
def test_every_letter_has_a_page(region: Client, query: str) -> None:
    assert "Leistungen mit" in text_of(region, f"{PATH}{query}")


@pytest.mark.parametrize("query", ["?buchstabe=", "?buchstabe=AB", "?buchstabe=%C3%A4", "?buchstabe=a"])
def test_what_is_no_letter_shows_all(region: Client, query: str) -> None:
    assert "Hund anmelden" in text_of(region, f"{PATH}{query}")


def test_query_budget(gladbeck: TenantInfo, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tell(gladbeck, *(f"Angebot {number}" for number in range(30)))
    region = directory.snapshot().regions["emscher-lippe"]
    with as_umbrella():
        with django_assert_num_queries(3):  # services, the towns' own, names in use
            list_alphabet(region, language="de")
        with django_assert_num_queries(4):  # services, the towns' own, how many there are, names in use
            get_letter_page(region, "A", language="de", number=1)
