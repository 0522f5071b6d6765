"""Administrators make an access, see it once, see its use, and take it back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from shared_services.identity.tests.cast import attempt, make_staff, text_of
from tenants.registry.sites import TenantInfo

PATH = "/verwaltung/zugaenge/"
TOKEN = re.compile(r"vb_gladbeck_[0-9a-f]{32}_[0-9a-f]{64}")


@pytest.fixture
def ada(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> Client:
    """An administrator of Gladbeck, signed in."""
    account = make_staff(gladbeck, "ada@gladbeck.test", "administrator")
    client = visit(gladbeck.host)
    assert attempt(client, account.email).status_code == 302
    return client


def wish(days: int = 30, **more: str) -> dict[str, str]:
    day = timezone.localdate() + dt.timedelta(days=days)
    return {"purpose": "Stadt-App", "scopes": "services:read", "expires_on": day.isoformat(), **more}


def test_a_token_is_shown_once_used_and_taken_back(ada: Client, gladbeck: TenantInfo) -> None:
    assert "Kein Programm hat einen Zugang" in text_of(ada.get(PATH))
    made = ada.post(f"{PATH}neu/", wish())
    [token] = set(TOKEN.findall(text_of(made)))
    assert "no-store" in made["Cache-Control"]
    listed = text_of(ada.get(PATH))
    assert "Stadt-App" in listed
    assert "noch nie" in listed
    assert not TOKEN.search(listed)
    program = Client(headers={"host": gladbeck.host, "Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/leistungen/").status_code == 200
    assert "noch nie" not in text_of(ada.get(PATH))
    [revoke] = set(re.findall(r"/verwaltung/zugaenge/[0-9a-f-]{36}/entziehen/", text_of(ada.get(PATH))))
    after = text_of(ada.post(revoke, follow=True))
    assert "gilt nicht mehr" in after
    assert "Frühere Zugänge" in after
    assert program.get("/api/v1/leistungen/").status_code == 401


def test_a_wish_that_can_not_be_is_shown_at_its_field(ada: Client) -> None:
    refused = ada.post(f"{PATH}neu/", wish(days=500))
    assert refused.status_code == 422
    assert "höchstens ein Jahr voraus" in text_of(refused)
    assert ada.post(f"{PATH}neu/", {}).status_code == 422


def test_the_dashboard_reminds_two_weeks_before(ada: Client) -> None:
    ada.post(f"{PATH}neu/", wish(days=20, purpose="Später"))
    ada.post(f"{PATH}neu/", wish(days=10))
    page = text_of(ada.get("/verwaltung/"))
    assert "Zugang „Stadt-App“ erneuern" in page
    assert "Später" not in page


def test_editors_are_refused(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> None:
    account = make_staff(gladbeck, "eva@gladbeck.test", "editor")
    client = visit(gladbeck.host)
    attempt(client, account.email)
    assert client.get(PATH).status_code == 403
    assert client.get(f"{PATH}neu/").status_code == 403
    assert client.post(f"{PATH}neu/", wish()).status_code == 403
    assert "Zugänge" not in text_of(client.get("/verwaltung/konto/"))
