"""Messages reach the next page of the same person on the same host, once."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from shared_services.identity.flashes import cookie_name, flash, settle_flashes, take_flashes
from shared_services.identity.requests import set_actor
from tenants.actors import ANONYMOUS
from tenants.pages import MARK


def visitor(cookie: str = "", host: str = "gladbeck.localhost") -> HttpRequest:
    request = RequestFactory(headers={"host": host}).get("/")
    set_actor(request, ANONYMOUS)
    if cookie:
        request.COOKIES[cookie_name()] = cookie
    return request


def left_behind(*texts: str) -> str:
    """Return the cookie after a request that left messages."""
    request, response = visitor(), HttpResponse()
    for text in texts:
        flash(request, text)
    settle_flashes(request, response)
    morsel = response.cookies[cookie_name()]
    assert (morsel["httponly"], morsel["samesite"], morsel["domain"]) == (True, "Lax", "")
    return morsel.value


def test_a_message_is_shown_once_on_the_next_page() -> None:
    request, response = visitor(left_behind("Gespeichert.")), HttpResponse()
    assert [(one.text, one.kind) for one in take_flashes(request)] == [("Gespeichert.", "success")]
    assert take_flashes(request) == []
    settle_flashes(request, response)
    assert response.cookies[cookie_name()]["max-age"] == 0


def test_messages_of_the_running_request_are_shown_at_once_and_not_again() -> None:
    request, response = visitor(), HttpResponse()
    flash(request, "Achtung", "warning")
    assert [one.kind for one in take_flashes(request)] == ["warning"]
    settle_flashes(request, response)
    assert cookie_name() not in response.cookies


def test_a_page_with_a_message_is_nobody_elses() -> None:
    request, response = visitor(left_behind("Nur für Sie.")), HttpResponse()
    setattr(response, MARK, True)
    take_flashes(request)
    settle_flashes(request, response)
    assert getattr(response, MARK) is False


def test_without_messages_nothing_is_touched() -> None:
    request, response = visitor(), HttpResponse()
    assert take_flashes(request) == []
    settle_flashes(request, response)
    assert not response.cookies


def test_messages_are_few_and_short() -> None:
    found = take_flashes(visitor(left_behind(*(f"{number}" * 1000 for number in range(9)))))
    assert len(found) == 5
    assert all(len(one.text) <= 400 for one in found)


@pytest.mark.parametrize("cookie", ["x", "W10:1abc:def", "\x00"])
def test_forged_cookies_are_ignored(cookie: str) -> None:
    assert take_flashes(visitor(cookie)) == []


def test_messages_stay_on_their_host() -> None:
    assert take_flashes(visitor(left_behind("Aus Gladbeck."), host="dorsten.localhost")) == []


def test_old_messages_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = left_behind("Von gestern.")
    monkeypatch.setattr("django.core.signing.time.time", lambda: 4_000_000_000.0)
    assert take_flashes(visitor(cookie)) == []


def test_the_cookie_is_as_well_protected_as_the_sessions() -> None:
    assert cookie_name().startswith(settings.SESSION_COOKIE_NAME)
