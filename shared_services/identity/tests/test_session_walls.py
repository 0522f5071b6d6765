"""A session is worth something on its own host only, for its account only, and for its time only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from redis.exceptions import ConnectionError as ValkeyGone

from shared_services.identity import sessions
from shared_services.identity.tests.cast import CONSOLE, attempt, make_staff
from tenants.accounts import AccountInfo
from tenants.context import as_operator, in_tenant
from tenants.operators.models import OperatorAccount
from tenants.registry.sites import TenantInfo
from tenants.staff.models import StaffAccount

Visit = Callable[[str], Client]
SignedIn = Callable[[AccountInfo], Client]
OWN = "/verwaltung/konto/"
PREFIX = "django.contrib.sessions.cache"


def key_of(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def with_cookie(client: Client, key: str) -> Client:
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def test_a_session_of_one_town_means_nothing_in_another(
    visit: Visit, dorsten: TenantInfo, signed_in: SignedIn, administrator: AccountInfo
) -> None:
    key = key_of(signed_in(administrator))
    other = with_cookie(visit(dorsten.host), key)
    response = other.get(OWN)
    assert response.status_code == 302
    assert response["Location"].startswith("/verwaltung/anmelden/")
    with in_tenant(dorsten.ref):
        assert caches["sessions"].get(PREFIX + key) is None


def test_not_even_if_its_content_were_copied_there(
    visit: Visit, gladbeck: TenantInfo, dorsten: TenantInfo, signed_in: SignedIn, administrator: AccountInfo
) -> None:
    key = key_of(signed_in(administrator))
    with in_tenant(gladbeck.ref):
        content = caches["sessions"].get(PREFIX + key)
    with in_tenant(dorsten.ref):
        # The same account exists there too, with the same id and epoch: only the site in the session differs.
        StaffAccount.objects.create(
            id=administrator.id, email=administrator.email, name="Zwilling", roles=["administrator"]
        )
        caches["sessions"].set(PREFIX + key, content)
    assert with_cookie(visit(dorsten.host), key).get(OWN).status_code == 302


def test_operators_are_nobody_in_a_town_and_staff_nobody_on_the_console(
    visit: Visit, gladbeck: TenantInfo, signed_in: SignedIn, operator: AccountInfo, administrator: AccountInfo
) -> None:
    assert with_cookie(visit(gladbeck.host), key_of(signed_in(operator))).get(OWN).status_code == 302
    assert with_cookie(visit(CONSOLE), key_of(signed_in(administrator))).get("/konto/").status_code == 302
    assert attempt(visit(gladbeck.host), operator.email).status_code == 422
    assert attempt(visit(CONSOLE), administrator.email).status_code == 422


def test_the_same_address_in_two_towns_is_two_accounts(
    visit: Visit, gladbeck: TenantInfo, dorsten: TenantInfo, editor: AccountInfo
) -> None:
    assert attempt(visit(dorsten.host), editor.email).status_code == 422
    make_staff(dorsten, editor.email, "editor")
    assert attempt(visit(dorsten.host), editor.email).status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"session_epoch": 99}])
def test_a_change_of_the_account_ends_its_sessions(
    gladbeck: TenantInfo, signed_in: SignedIn, editor: AccountInfo, change: dict[str, object]
) -> None:
    client = signed_in(editor)
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=editor.id).update(**change)
    response = client.get(OWN)
    assert response.status_code == 302
    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=editor.id).update(is_active=True, session_epoch=editor.session_epoch)
    assert client.get(OWN).status_code == 302


def test_a_change_of_an_operators_account_ends_its_sessions(signed_in: SignedIn, operator: AccountInfo) -> None:
    client = signed_in(operator)
    with as_operator():
        OperatorAccount.objects.filter(id=operator.id).update(is_active=False)
    assert client.get("/konto/").status_code == 302


def test_sessions_end_when_idle_and_when_old(
    signed_in: SignedIn, editor: AccountInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = sessions.now_seconds()
    idle = signed_in(editor)
    monkeypatch.setattr(sessions, "now_seconds", lambda: start + sessions.MAX_IDLE_SECONDS + 5)
    assert idle.get(OWN).status_code == 302
    monkeypatch.setattr(sessions, "now_seconds", lambda: start)
    busy = signed_in(editor)
    for passed in range(0, sessions.MAX_AGE_SECONDS, sessions.MAX_IDLE_SECONDS // 2):
        monkeypatch.setattr(sessions, "now_seconds", lambda passed=passed: start + passed)
        assert busy.get(OWN).status_code == 200, passed
    monkeypatch.setattr(sessions, "now_seconds", lambda: start + sessions.MAX_AGE_SECONDS)
    assert busy.get(OWN).status_code == 302


def test_nobody_costs_no_query_and_somebody_one(
    visit: Visit,
    gladbeck: TenantInfo,
    signed_in: SignedIn,
    editor: AccountInfo,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client, nobody = signed_in(editor), visit(gladbeck.host)
    # A refused method, told to a program: nothing but the session is asked for.
    path, headers = "/verwaltung/abmelden/", {"accept": "application/json"}
    nobody.get(path, headers=headers)
    with django_assert_num_queries(0):
        assert nobody.get(path, headers=headers).status_code == 405
    with django_assert_num_queries(1):
        assert client.get(path, headers=headers).status_code == 405


def test_public_pages_go_on_without_the_session_store(
    visit: Visit, signed_in: SignedIn, editor: AccountInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(editor)

    def fail(*args: object, **kwargs: object) -> None:
        raise ValkeyGone

    monkeypatch.setattr(sessions, "read", fail)
    response = client.get(OWN)
    assert response.status_code == 302
    assert settings.SESSION_COOKIE_NAME not in response.cookies
