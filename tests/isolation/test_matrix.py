"""Every route × everyone, generated from the URL resolver: a new route without an entry fails at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from shared_services.identity.citizen.tests.cast import Browser, open_account
from shared_services.identity.tests.cast import PASSWORD, attempt, make_editor, make_staff
from tenants.actors import system_actor
from tenants.context import as_migration
from tenants.operators.services import create_operator_account
from tenants.registry.sites import TenantInfo
from tests.isolation.matrix import MATRIX, Row

ASKED = 302
HOSTS = {"tenant": "gladbeck.localhost", "umbrella": "emscher-lippe.localhost", "console": "konsole.localhost"}
ACTORS = ("anonymous", "citizen", "staff", "staff of another town", "operator of another region")
ALSO = {"tenant": (), "umbrella": ("editor of another region", "editor"), "console": ("operator",)}
# Tables that nobody may have written to after a refused POST; neither the trail of refused sign-ins is a change, nor
# that a session was seen.
WATCHED = ("t_gladbeck", "t_dorsten", "public")


INSIDE = {"tenant": {"staff"}, "umbrella": {"editor"}, "console": {"operator", "operator of another region"}}
STRANGERS = {
    "tenant": ("anonymous", "citizen", "staff of another town", "operator of another region"),
    "umbrella": (*ACTORS, "editor of another region"),
    "console": ("anonymous", "citizen", "staff", "staff of another town", "operator of another region"),
}
SIGN_IN = {"tenant": "/verwaltung/anmelden/", "umbrella": "/redaktion/anmelden/", "console": "/anmelden/"}
CITIZENS = "/konto/anmelden/"
# They redirect for another reason than to ask who somebody is.
NOT_ASKING = {
    "identity:sign_in",
    "umbrella:service",
    "citizen:sign_in",
    "citizen:signed_out",
    "citizen:sign_in_form",
    "citizen:provider_change",
    "identity:enter_support",
}
# Whoever comes may use these; what they write is theirs.
EVERYBODYS = {"identity:sign_in", "identity:sign_out", "portal:feedback", "umbrella:feedback"}


def is_citizens(row: Row) -> bool:
    """Whether it is a citizen's own: others are asked to sign in as one, and what a citizen writes is theirs."""
    return row.route.partition(":")[0] in {"citizen", "area", "bookmarks"}


def is_own_business(row: Row, actor: str) -> bool:
    """Whether another region's operator may do this on the console, because it is about nobody else's town."""
    return actor == "operator of another region" and not row.values and not row.route.startswith("portal:")


def routes_of(kind: str) -> Iterator[str]:
    """Yield the full names of all routes of a kind of site."""

    def walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
            elif isinstance(pattern, URLPattern):
                yield ":".join((*spaces, pattern.name or "without-a-name"))

    yield from walk(get_resolver(f"federation.urls.{kind}"), ())


def may_post(row: Row, actor: str) -> bool:
    """Whether what somebody who is no member posts there is theirs."""
    is_own = (actor == "citizen" and is_citizens(row)) or is_own_business(row, actor)
    return is_own or row.route in EVERYBODYS


@pytest.mark.parametrize("kind", MATRIX)
def test_every_route_has_exactly_one_entry(kind: str) -> None:
    assert sorted(row.route for row in MATRIX[kind]) == sorted(set(routes_of(kind)))


@dataclass
class Cast:
    """Session cookies by actor; presented at any host, as an attacker would."""

    cookies: dict[str, dict[str, str]]
    # A citizen has a session at each host, but one account.
    citizen: Browser
    # Of all clients: to build the middleware takes longer than most answers.
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))

    def client(self, actor: str, host: str) -> Client:
        client = Client(headers={"host": host})
        client.handler = self.handler
        cookies = self.cookies[actor]
        if actor == "citizen":
            cookies = cookies | {name: one.value for name, one in self.citizen.client(host).cookies.items()}
        for name, value in cookies.items():
            client.cookies[name] = value
        return client


@pytest.fixture
def cast(gladbeck: TenantInfo, dorsten: TenantInfo, visit: Callable[[str], Client]) -> Cast:
    """Everyone, signed in where they belong."""
    cookies: dict[str, dict[str, str]] = {"anonymous": {}, "citizen": {"verbund_kommune": "gladbeck"}}
    for actor, tenant in (("staff", gladbeck), ("staff of another town", dorsten)):
        account = make_staff(tenant, f"ada@{tenant.slug}.test", "administrator")
        cookies[actor] = session_of(visit(tenant.host), account.email)
    for actor, operator in (("operator of another region", "it-muensterland"), ("operator", "it-emscher-lippe")):
        with as_migration():
            account = create_operator_account(
                actor=system_actor("tests"),
                operator_slug=operator,
                email=f"o@{operator}.test",
                name="O",
                password=PASSWORD,
            )
        cookies[actor] = session_of(visit(HOSTS["console"]), account.email)
    for actor, region in (("editor of another region", "muensterland"), ("editor", "emscher-lippe")):
        account = make_editor(region)
        cookies[actor] = session_of(visit(f"{region}.localhost"), account.email)
    browser = Browser(visit)
    browser.sign_in(open_account("cosima@example.org"), host=gladbeck.host)
    return Cast(cookies, browser)


def session_of(client: Client, email: str) -> dict[str, str]:
    """Sign in and return the session cookie."""
    assert attempt(client, email).status_code == 302
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def path_of(kind: str, row: Row) -> str:
    """Return the German path of a row."""
    return reverse(row.route, urlconf=f"federation.urls.{kind}", kwargs=dict(row.values))


def written() -> int:
    """Return how many rows this transaction has inserted, updated or deleted in the watched schemas so far."""
    with as_migration(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables "
            "WHERE schemaname = ANY(%s) AND relname NOT IN ('audit_auditentry', 'accounts_accountsession')",
            [list(WATCHED)],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MATRIX)
def test_everyone_gets_the_expected_answer(kind: str, cast: Cast, listening: None) -> None:
    sign_in = SIGN_IN[kind]
    asking = {row.route for row in MATRIX[kind]} - NOT_ASKING
    wrong = []
    for row in MATRIX[kind]:
        for actor, expected in zip((*ACTORS, *ALSO[kind]), row.answers, strict=False):
            answer = cast.client(actor, HOSTS[kind]).get(path_of(kind, row))
            if answer.status_code != expected:
                wrong.append(f"{row.route} for {actor}: {answer.status_code}, expected {expected}")
            elif expected == ASKED and row.route in asking and actor not in INSIDE[kind]:
                if answer["Location"].startswith(CITIZENS if is_citizens(row) else sign_in):
                    continue
                # Whoever has to sign in is sent to this host's own page, never to another's.
                wrong.append(f"{row.route} for {actor}: sent to {answer['Location']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["tenant", "umbrella", "console"])
def test_a_stranger_who_posts_leaves_no_trace(kind: str, cast: Cast) -> None:
    before = written()
    wrong = []
    for row in MATRIX[kind]:
        strangers = [actor for actor in STRANGERS[kind] if not may_post(row, actor)] if row.writes else []
        for actor in strangers:
            answer = cast.client(actor, HOSTS[kind]).post(
                path_of(kind, row), {"email": "x@example.test", "reason": "x"}
            )
            if answer.status_code not in {302, 403, 404, 405}:
                wrong.append(f"{row.route} by {actor}: {answer.status_code}")
        # Counting looks at every table of the database: once for all who tried.
        after = written() if strangers else before
        if after != before:
            wrong.append(f"{row.route}: {after - before} rows written by one of {', '.join(strangers)}")
            before = after
    assert not wrong, "\n".join(wrong)
