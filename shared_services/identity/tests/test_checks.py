"""The built-in login must be asked for in production."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from pytest_django import Settings

from shared_services.identity.checks import VARIABLE, check_builtin_login
from shared_services.identity.middleware import ActorMiddleware


def test_production_refuses_the_builtin_login(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VERBUND_MODE = "production"
    monkeypatch.delenv(VARIABLE, raising=False)
    assert [message.id for message in check_builtin_login()] == ["identity.E001"]
    with pytest.raises(ImproperlyConfigured):
        ActorMiddleware(lambda _request: HttpResponse())


def test_production_with_keycloak_asks_for_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VERBUND_MODE, settings.VERBUND_LOGIN = "production", "keycloak"
    monkeypatch.delenv(VARIABLE, raising=False)
    assert check_builtin_login() == []
    ActorMiddleware(lambda _request: HttpResponse())


def test_production_may_ask_for_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VERBUND_MODE = "production"
    monkeypatch.setenv(VARIABLE, "1")
    assert check_builtin_login() == []


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_demo_and_tests_have_it(settings: Settings, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    settings.VERBUND_MODE = mode
    monkeypatch.delenv(VARIABLE, raising=False)
    assert check_builtin_login() == []
