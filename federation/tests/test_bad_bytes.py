"""A zero byte in what is sent is refused with a sentence, on every kind of site, before any view sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("gladbeck.localhost", "/suche/?q=Hund%00"),
        ("gladbeck.localhost", "/suche/?%00=Hund"),
        ("emscher-lippe.localhost", "/suche/?q=%00"),
        ("emscher-lippe.localhost", "/redaktion/anmelden/?weiter=%00"),
        ("gladbeck.localhost", "/verwaltung/anmelden/?weiter=%00"),
    ],
)
def test_a_zero_byte_in_an_address_is_a_bad_request(visit: Callable[[str], Client], host: str, path: str) -> None:
    answer = visit(host).get(path)
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()


def test_a_zero_byte_in_a_form_is_a_bad_request(visit: Callable[[str], Client]) -> None:
    client = visit("gladbeck.localhost")
    answer = client.post("/feedback/", {"message": "Guten Tag\x00", "kind": "praise"})
    assert answer.status_code == 400
