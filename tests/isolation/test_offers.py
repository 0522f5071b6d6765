"""Nobody is offered what they may not do: every link and every button of every page, for every role.

On the way it is watched that no page opens anything of a citizen without noting the look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from shared_services.identity.tests.cast import CONSOLE, PASSWORD, SYSTEM, attempt, make_editor, make_staff
from tenants.accounts import AccountInfo
from tenants.operators.services import create_operator_account
from tenants.registry.sites import TenantInfo
from tests.isolation.walker import Page
from tests.isolation.watching import Watch

# So many of one kind are looked at: others differ by what they show, not by who may see them.
_EACH = 1
# They end or renew the session that walks; everybody signed in may do so.
_ENDS_IT = {"identity:sign_out", "identity:end_other_sessions", "citizen:sign_out"}
_SITES = {
    "/verwaltung/": "federation.urls.tenant",
    "/redaktion/": "federation.urls.umbrella",
    "/": "federation.urls.console",
}


class Walk:
    """One person's walk through a work area. `after` is told of each page; buttons are pressed, and undone."""

    def __init__(self, client: Client, start: str, *, after: Callable[[str], None] = lambda _path: None) -> None:
        """Begin at the first page."""
        self._client, self._start, self._urls = client, start, _SITES[start]
        self._after = after
        self._seen: Counter[tuple[str, str]] = Counter()
        self.refused: list[str] = []

    def go(self) -> int:
        """Follow everything; return how many kinds of pages and buttons were tried."""
        waiting = [("", self._start)]
        while waiting:
            found_on, path = waiting.pop()
            answer = self._client.get(path)
            self._after(path)
            if answer.status_code == 403:
                self.refused.append(f"{found_on} links to {path}")
            if answer.status_code in {301, 302} and self._is_new("GET", answer["Location"]):
                waiting.append((path, answer["Location"]))
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            page = Page(path, answer.content.decode())
            waiting += [(path, link) for link in page.links if self._is_new("GET", link)]
            self._press(path, page)
        return len(self._seen)

    def _press(self, path: str, page: Page) -> None:
        for form in page.forms:
            for address, values in form.ways() if form.method == "post" else ():
                if self._is_new("POST", address):
                    with transaction.atomic():
                        answer = self._client.post(address, values)
                        transaction.set_rollback(True)
                    if answer.status_code == 403:
                        self.refused.append(f"{path} has a button to {address}")

    def _is_new(self, method: str, address: str) -> bool:
        parts = urlsplit(address)
        if parts.netloc or not parts.path.startswith(self._start):
            return False
        try:
            route = resolve(parts.path, urlconf=self._urls).view_name
        except Resolver404:
            return False
        self._seen[method, route] += 1
        return route not in _ENDS_IT and self._seen[method, route] <= _EACH


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Return who sees whose data is opened."""
    return Watch(monkeypatch)


def go_round(client: Client, account: AccountInfo, start: str, watch: Watch) -> None:
    """Walk through everything: nothing is refused, and nothing of a citizen is opened without a look."""
    assert attempt(client, account.email).status_code == 302
    walk = Walk(client, start, after=lambda path: watch.look(path, own=account.id))
    assert walk.go() > 3
    assert walk.refused == []
    assert watch.unnoted == []


@pytest.mark.parametrize("role", ["administrator", "editor", "translator", "clerk", "cashier", "auditor"])
def test_staff_are_offered_what_they_may_do(
    role: str, gladbeck: TenantInfo, visit: Callable[[str], Client], watch: Watch
) -> None:
    go_round(visit(gladbeck.host), make_staff(gladbeck, f"{role}@offers.test", role), "/verwaltung/", watch)


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_a_regions_editors_are_offered_what_they_may_do(
    role: str, visit: Callable[[str], Client], watch: Watch
) -> None:
    account = make_editor("emscher-lippe", role, email=f"{role}@offers.test")
    go_round(visit("emscher-lippe.localhost"), account, "/redaktion/", watch)


def test_operators_are_offered_what_they_may_do(
    gladbeck: TenantInfo, visit: Callable[[str], Client], watch: Watch
) -> None:
    account = create_operator_account(
        actor=SYSTEM, operator_slug=gladbeck.operator.slug, email="o@offers.test", name="Otto", password=PASSWORD
    )
    go_round(visit(CONSOLE), account, "/", watch)
