"""Errors reach people in their language, in the form they asked for, with nothing leaked, whatever is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory, override_settings
from django.views.decorators.http import require_POST
from structlog.testing import capture_logs

from federation.errors import ErrorMiddleware, closed_portal, csrf_failure, server_error, unknown_host
from federation.ui.environment import static
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooManyRequests
from tenants.registry import sites
from tenants.registry.sites import OperatorInfo, RegionInfo, Site, Snapshot, TenantInfo

T = TypeVar("T", OperatorInfo, RegionInfo, TenantInfo)


def _made(kind: type[T], **values: object) -> T:
    """Return a value of the registry with only the fields that error pages may look at; any other is None."""
    given: dict[str, Any] = {field.name: values.get(field.name) for field in fields(kind)}
    return kind(**given)


OPERATOR = _made(
    OperatorInfo, name="Rechenzentrum Emscher", phone="+49 2041 123-0", email="hilfe@rechenzentrum.example"
)
REGION = _made(
    RegionInfo, slug="emscher-lippe", name="Emscher-Lippe", host="emscher-lippe.localhost", operator=OPERATOR
)
GLADBECK = _made(
    TenantInfo,
    name="Gladbeck",
    life="live",
    host="gladbeck.localhost",
    operator=OPERATOR,
    suspended_reason="unpaid bill",
)
SITE = Site(kind="tenant", host=GLADBECK.host, region=REGION, tenant=GLADBECK)


@pytest.fixture(autouse=True)
def _plain_static_files() -> Iterator[None]:
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=storages):
        yield


def _request(path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    request.request_id = "0198-request"  # type: ignore[attr-defined]
    return request


def _answer(error: Exception, request: HttpRequest | None = None) -> HttpResponse:
    middleware = ErrorMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(request or _request(), error)


def _suspended(life: str = "suspended") -> Site:
    return replace(SITE, tenant=replace(GLADBECK, life=life))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("Diese Leistung gibt es nicht."), 404),
        (NotAllowed("Das darf nur die Redaktion."), 403),
        (InvalidInput("Bitte prüfen Sie die Gebühr."), 422),
        (Conflict("Jemand war schneller."), 409),
        (Http404("secret detail"), 404),
        (PermissionDenied("secret detail"), 403),
        (OperationalError("secret detail"), 503),
        (ZeroDivisionError("secret detail"), 500),
    ],
)
def test_each_failure_has_its_status_and_leaks_nothing(error: Exception, status: int) -> None:
    with capture_logs():
        response = _answer(error)
    assert response.status_code == status
    page = response.content.decode()
    assert "secret detail" not in page
    assert 'lang="de"' in page
    assert "<h1" in page
    assert getattr(error, "user_message", "") in page


def test_messages_are_escaped() -> None:
    page = _answer(NotFound("<script>alert(1)</script>")).content.decode()
    assert "<script>alert(1)" not in page


def test_english_by_path_and_by_browser() -> None:
    with capture_logs():
        for request in (_request("/en/leistungen/"), _request("/", accept_language="en-GB,en;q=0.9")):
            response = _answer(ZeroDivisionError(), request)
            assert response["Content-Language"] == "en"
            assert 'lang="en"' in response.content.decode()


def test_on_a_site_the_path_decides_not_the_browser() -> None:
    request = _request("/leistungen/", accept_language="en")
    request.site = SITE  # type: ignore[assignment]
    with capture_logs():
        assert _answer(ZeroDivisionError(), request)["Content-Language"] == "de"


def test_500_shows_the_number_and_logs_the_traceback() -> None:
    with capture_logs() as lines:
        page = _answer(ZeroDivisionError("secret detail")).content.decode()
    assert "0198-request" in page
    (line,) = (line for line in lines if line["log_level"] == "error")
    assert isinstance(line["exc_info"], ZeroDivisionError)


def test_json_for_whoever_asks_for_it() -> None:
    error = InvalidInput("Bitte prüfen Sie die Gebühr.", data={"fields": {"fee": ["zu hoch"]}})
    response = _answer(error, _request(accept="application/json"))
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert (body["status"], body["code"]) == (422, "invalid_input")
    assert body["data"] == {"fields": {"fee": ["zu hoch"]}}
    assert "Gebühr" in body["detail"]


def test_a_part_for_htmx() -> None:
    page = _answer(Conflict("Jemand war schneller."), _request(hx_request="true")).content.decode()
    assert "Jemand war schneller." in page
    assert "<html" not in page
    boosted = _answer(Conflict("Jemand war schneller."), _request(hx_request="true", hx_boosted="true"))
    assert b"<html" in boosted.content


def test_an_address_for_forms_says_so_to_whoever_opens_it() -> None:
    only_forms = ErrorMiddleware(require_POST(lambda _request: HttpResponse("ja")))
    refused = only_forms(_request("/verwaltung/team/einladen/"))
    assert (refused.status_code, refused["Allow"]) == (405, "POST")
    assert "Sie erscheint nur, nachdem ein Formular abgesendet wurde." in refused.content.decode()
    assert json.loads(only_forms(_request(accept="application/json")).content)["code"] == "method_not_allowed"
    said = ErrorMiddleware(lambda _request: HttpResponseNotAllowed(["POST"], "eigene Worte"))
    assert said(_request()).content == b"eigene Worte"


def test_a_limit_says_when_to_try_again() -> None:
    response = _answer(TooManyRequests("Bitte warten Sie.", data={"retry_after_seconds": 17}))
    assert (response.status_code, response["Retry-After"]) == (429, "17")


def test_a_broken_layout_still_gives_an_answer(tmp_path: Path) -> None:
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    static.cache_clear()
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path), capture_logs() as lines:
        response = _answer(NotFound("Diese <Leistung> gibt es nicht."))
    static.cache_clear()
    assert response.status_code == 404
    page = response.content.decode()
    assert "Diese &lt;Leistung&gt; gibt es nicht." in page
    assert 'href="/"' in page
    assert "errors.page_failed" in [line["event"] for line in lines]


def test_outside_of_views_a_lost_database_is_503_and_anything_else_500() -> None:
    statuses = []
    for error in (OperationalError(), ZeroDivisionError()):
        try:
            raise error
        except type(error):
            statuses.append(server_error(_request()).status_code)
    assert statuses == [503, 500]


def test_a_refused_form_says_what_to_do() -> None:
    with capture_logs():
        response = csrf_failure(_request(), reason="CSRF cookie not set.")
    assert response.status_code == 403
    assert "laden Sie die Seite neu" in response.content.decode()


def _know(monkeypatch: pytest.MonkeyPatch, regions: dict[str, RegionInfo]) -> None:
    snapshot = Snapshot(1, {}, regions, {})
    monkeypatch.setattr(sites.SiteDirectory, "snapshot", lambda _self: snapshot)


def test_an_unknown_host_offers_the_umbrellas(monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, {"emscher-lippe": REGION})
    response = unknown_host(_request())
    assert response.status_code == 404
    page = response.content.decode()
    assert "Emscher-Lippe" in page
    assert "//emscher-lippe.localhost" in page


def test_an_unknown_host_is_answered_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_self: Any) -> Snapshot:
        raise OperationalError

    monkeypatch.setattr(sites.SiteDirectory, "snapshot", lost)
    response = unknown_host(_request())
    assert response.status_code == 404
    assert "gibt es kein Portal" in response.content.decode()


def test_an_unknown_host_is_not_repeated_to_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    _know(monkeypatch, {})
    request = RequestFactory().get("/", headers={"host": "evil.example"})
    assert b"evil.example" not in unknown_host(request).content


def test_a_suspended_town_says_whom_to_call() -> None:
    request = _request()
    request.site = _suspended()  # type: ignore[assignment]
    response = closed_portal(request, _suspended())
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    page = response.content.decode()
    for expected in ("Gladbeck", "Rechenzentrum Emscher", "tel:+4920411230", "mailto:hilfe@rechenzentrum.example"):
        assert expected in page
    assert "//emscher-lippe.localhost" in page
    assert "unpaid bill" not in page


def test_a_town_being_set_up_says_so() -> None:
    page = closed_portal(_request(), _suspended("setup")).content.decode()
    assert "wird gerade eingerichtet" in page
