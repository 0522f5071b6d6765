"""What a program with a token reads of a town's services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenants.actors import system_actor
from tenants.apitokens.services import create_token
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo

PATH = "/api/v1/leistungen/"
Program = Callable[[TenantInfo], Client]


@pytest.fixture
def program(db: None) -> Program:
    """Return a program with a token of a town."""

    def made(town: TenantInfo) -> Client:
        with in_tenant(town.ref):
            token = create_token(
                actor=system_actor("tests"),
                purpose="Stadt-App",
                scopes=["services:read"],
                expires_on=timezone.localdate() + dt.timedelta(days=30),
            )
        return Client(headers={"host": town.host, "Authorization": f"Bearer {token.text}"})

    return made


def test_it_reads_the_towns_services_with_their_provenance(program: Program, gladbeck: TenantInfo) -> None:
    answer = program(gladbeck).get(PATH)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    body = answer.json()
    assert body["count"] == len(body["services"]) > 50
    found: dict[str, Any] = {one["slug"]: one for one in body["services"]}
    dog = found["hund-anmelden"]
    assert dog["title"]["text"] == "Hund anmelden"
    assert dog["title"]["provenance"]["layer"] == "federation"
    assert dog["url"].endswith("/leistungen/hund-anmelden/")
    assert dog["decision"] in {"adopt", "override"}
    assert "author" not in answer.content.decode()


def test_in_english_what_is_not_translated_stands_in_german(program: Program, gladbeck: TenantInfo) -> None:
    body = program(gladbeck).get(PATH, {"sprache": "en"}).json()
    assert body["language"] == "en"
    assert {one["title"]["is_fallback"] for one in body["services"]} <= {True, False}
    assert all("/en/leistungen/" in one["url"] for one in body["services"])
    unknown = program(gladbeck).get(PATH, {"sprache": "fr"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_language")


def test_what_has_not_changed_is_not_sent_again(program: Program, gladbeck: TenantInfo) -> None:
    client = program(gladbeck)
    first = client.get(PATH)
    for sign in (first["ETag"], f"W/{first['ETag']}", f'"x", {first["ETag"]}'):
        again = client.get(PATH, headers={"If-None-Match": sign})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    assert client.get(PATH, headers={"If-None-Match": '"other"'}).status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]


def test_without_a_token_it_says_how(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> None:
    answer = visit(gladbeck.host).get(PATH)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


def test_a_token_of_another_town_is_refused(program: Program, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    client = program(gladbeck)
    assert client.get(PATH, headers={"host": dorsten.host}).status_code == 401


def test_it_only_reads(program: Program, gladbeck: TenantInfo) -> None:
    client = program(gladbeck)
    assert client.head(PATH).status_code == 200
    refused = client.delete(PATH)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


def test_a_token_opens_no_page_of_the_work_area(program: Program, gladbeck: TenantInfo) -> None:
    assert program(gladbeck).get("/verwaltung/protokoll/").status_code == 302
