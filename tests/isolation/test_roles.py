"""Every role of a town × every route of its work area, as the policies say; other towns' roles, and programs, nowhere.

What administrators get is a column of the matrix; here stands what they may write, and everything of all other roles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.decisions.services import set_override
from catalog.services.selectors import list_service_ids
from shared_services.identity.tests.cast import CONSOLE, PASSWORD, SYSTEM, attempt, make_staff
from shared_services.portal.services.notices import save_notice
from tenants.actors import Actor
from tenants.apitokens.selectors import list_scopes
from tenants.apitokens.services import create_token
from tenants.context import as_migration, as_umbrella, in_tenant
from tenants.operators.services import create_operator_account
from tenants.registry.sites import TenantInfo
from tenants.staff.models import Role, SupportAccess
from tests.isolation.matrix import TENANT, TENANT_OWN, WORK, WORK_FORM, WORK_MISSING, WORK_POST
from tests.isolation.rights import OPENS, READABLE_WITH, WRITES
from tests.isolation.test_matrix import SIGN_IN, is_citizens, path_of

pytestmark = pytest.mark.django_db
SUPPORT: Final = "support"
ROLES: Final = (*(role.value for role in Role), SUPPORT)
# Steps on the way in: whoever comes is led on.
ON_THE_WAY: Final = {
    "identity:second_factor",
    "identity:sign_in_passkey",
    "identity:passkey_challenge",
    "identity:enter_support",
}
# End the session with which the others are asked.
ENDING: Final = {"identity:sign_out", "identity:leave_support", "identity:end_other_sessions"}
SENT: Final = {"email": "x@example.test", "reason": "x"}
REFUSED: Final = 403
# Otherwise than by 403. A visit that is not there looks the same as one that is not theirs to end; and two forms are
# read before the right is asked for, which a form without faults would be refused by.
REFUSED_WITH: Final = {
    "POST identity:end_support": 404,
    "POST identity:leave_support": 404,
    "POST portal:staff_branding": 422,
    "POST identity:remove_factor": 422,
}
# Where the neighbour's word is shown to the neighbour.
NEIGHBOURS_PAGES: Final = (
    "/verwaltung/team/",
    "/verwaltung/zugaenge/",
    "/verwaltung/hinweise/",
    "/verwaltung/protokoll/",
    "/verwaltung/leistungen/?q=hund-anmelden",
)
Visit = Callable[[str], Client]


WORK_AREA: Final = tuple(
    (row, path_of("tenant", row))
    for row in TENANT
    if row.answers in (WORK, WORK_POST, WORK_FORM, WORK_MISSING)
    and not is_citizens(row)
    and row.route not in ON_THE_WAY
)


def test_every_route_of_the_work_area_has_its_policy() -> None:
    assert sorted(OPENS) == sorted(row.route for row, _path in WORK_AREA)
    assert set(WRITES) <= set(OPENS)
    assert set(READABLE_WITH) == {scope for scope, _name in list_scopes()}


def sign_in(visit: Visit, tenant: TenantInfo, role: str) -> tuple[Client, Actor]:
    """Sign somebody in who has one role, or comes from the IT provider; return the browser, and who acts."""
    client = visit(tenant.host)
    if role != SUPPORT:
        account = make_staff(tenant, f"{role}@{tenant.slug}.test", role)
        assert attempt(client, account.email).status_code == 302
        return client, account.as_actor()
    return client, let_in(visit, client, tenant)


def let_in(visit: Visit, client: Client, tenant: TenantInfo) -> Actor:
    """Come for a visit, over the console."""
    email = f"olga@{tenant.slug}.test"
    with as_migration():
        create_operator_account(
            actor=SYSTEM, operator_slug=tenant.operator.slug, email=email, name="Olga Betrieb", password=PASSWORD
        )
    console = visit(CONSOLE)
    assert attempt(console, email).status_code == 302
    console.post(f"/kommunen/{tenant.slug}/zugriff/", {"reason": "Öffnungszeiten prüfen", "minutes": "15"})
    with in_tenant(tenant.ref):
        access = SupportAccess.objects.get()
    there = client.get(reverse("identity:enter_support", urlconf="federation.urls.tenant", args=[access.id]))
    assert follow(client, follow(console, there["Location"])["Location"])["Location"] == "/verwaltung/"
    return Actor(kind="support", id=UUID(int=1), tenant_id=tenant.id, support_access=access.id)


def follow(client: Client, address: str) -> Any:
    """Open an address in the client of its host."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


@pytest.fixture
def neighbours_word(dorsten: TenantInfo) -> str:
    """A word of Dorsten's own where its staff write: in a service, a notice, the team, a token, and so in the trail."""
    word, today = "Dorstener Kanarienvogel", timezone.localdate()
    with as_umbrella():
        service_id = list_service_ids()["hund-anmelden"]
    make_staff(dorsten, "kanarienvogel@dorsten.test", "editor")
    with in_tenant(dorsten.ref):
        set_override(actor=SYSTEM, service_id=service_id, field="title", language="de", value=word)
        save_notice(actor=SYSTEM, level="info", texts={"de": {"title": word, "body": word}}, shown_from=today)
        new_token(purpose=word, scope="services:read")
    return "kanarienvogel"


def new_token(*, purpose: str, scope: str) -> str:
    """Give a program access to the town of the running context."""
    until = timezone.localdate() + dt.timedelta(days=30)
    return create_token(actor=SYSTEM, purpose=purpose, scopes=[scope], expires_on=until).text


def rights_of(actor: Actor, town: TenantInfo) -> dict[str, tuple[bool, bool]]:
    """Return by route whether the policies let somebody read and write."""
    with in_tenant(town.ref):
        return {route: (opens(actor), WRITES.get(route, opens)(actor)) for route, opens in OPENS.items()}


def walked_by(role: str, actor: Actor, town: TenantInfo) -> Iterator[tuple[str, str, str, bool]]:
    """Yield what somebody asks for: method, route, path, and whether it is allowed.

    The pages of administrators stand in the matrix. Forms that editors may send are sent by them, and not by those of
    whom the same policy says the same: each is a page, and time.
    """
    editor = Actor(kind="staff", id=UUID(int=2), tenant_id=town.id, roles=frozenset({Role.EDITOR.value}))
    rights, editors = rights_of(actor, town), rights_of(editor, town)
    for row, path in WORK_AREA:
        may_read, may_write = rights[row.route]
        if row.answers not in (WORK_POST, WORK_FORM) and role != Role.ADMINISTRATOR:
            yield "GET", row.route, path, may_read
        is_sent_already = editors[row.route][1] and role in {Role.ADMINISTRATOR, SUPPORT}
        if row.writes and not (may_write and (is_sent_already or row.route in ENDING)):
            yield "POST", row.route, path, may_write


def ask(client: Client, method: str, path: str) -> Any:
    """Ask for a page, or send its form. What somebody may write is taken back."""
    if method == "GET":
        return client.get(path)
    with transaction.atomic():
        answer = client.post(path, SENT)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_its_policies_say(role: str, gladbeck: TenantInfo, visit: Visit, neighbours_word: str) -> None:
    client, actor = sign_in(visit, gladbeck, role)
    wrong = []
    for method, route, path, is_allowed in walked_by(role, actor, gladbeck):
        what, answer = f"{method} {route}", ask(client, method, path)
        refused_with = REFUSED_WITH.get(what, REFUSED) if not is_allowed else REFUSED
        if (answer.status_code == refused_with) == is_allowed or answer.status_code >= 500:
            wrong.append(f"{what}: {answer.status_code}, {'allowed' if is_allowed else 'not allowed'}")
        elif answer.get("Location", "").startswith(SIGN_IN["tenant"]):
            wrong.append(f"{what}: is asked to sign in")
        elif any(word in answer.getvalue().decode().lower() for word in ("dorsten", neighbours_word)):
            wrong.append(f"{what}: tells of another town")
    assert not wrong, "\n".join(wrong)


def test_no_role_of_another_town_gets_in(
    gladbeck: TenantInfo, dorsten: TenantInfo, visit: Visit, neighbours_word: str
) -> None:
    wrong = []
    for role in ROLES:
        client, _actor = sign_in(visit, dorsten, role)
        if role == Role.ADMINISTRATOR:
            theirs = [client.get(path).content.decode().lower() for path in NEIGHBOURS_PAGES]
            assert all(neighbours_word in page for page in theirs), "it must be there to be missed elsewhere"
        client.defaults["HTTP_HOST"] = gladbeck.host
        for row, path in WORK_AREA:
            answers = [client.post(path, SENT)] if row.writes and row.route != "identity:sign_out" else []
            if row.answers != WORK_POST:
                answers.append(client.get(path))
            wrong += [
                f"{row.route} for {role}: {answer.status_code}"
                for answer in answers
                if not answer.get("Location", "").startswith(SIGN_IN["tenant"])
            ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scope", READABLE_WITH)
def test_a_token_opens_its_endpoints_in_its_town_and_nothing_else(
    scope: str, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    with in_tenant(dorsten.ref):
        token = new_token(purpose="Stadt-App", scope=scope)
    program = Client(headers={"host": dorsten.host, "Authorization": f"Bearer {token}"})
    for route in READABLE_WITH[scope]:
        assert program.get(reverse(route, urlconf="federation.urls.tenant")).status_code == 200
    wrong = []
    for town in (dorsten, gladbeck):
        program.defaults["HTTP_HOST"] = town.host
        for row in (*TENANT, *TENANT_OWN):
            if row.answers[0] == 200 or (town is dorsten and row.route in READABLE_WITH[scope]):
                continue
            answers = [(row.answers[0], program.get(path_of("tenant", row)))]
            if row.writes and row.route in OPENS:
                answers.append((302, program.post(path_of("tenant", row), SENT)))
            wrong += [
                f"{row.route} at {town.slug}: {answer.status_code}, expected {expected}"
                for expected, answer in answers
                if answer.status_code != expected
            ]
    assert not wrong, "\n".join(wrong)


def test_the_work_area_begins_with_what_a_role_may_do(gladbeck: TenantInfo, visit: Visit) -> None:
    auditor, _actor = sign_in(visit, gladbeck, "auditor")
    assert auditor.get("/verwaltung/")["Location"] == "/verwaltung/protokoll/"
    cashier, _actor = sign_in(visit, gladbeck, "cashier")
    assert "Noch keine Vorgänge" in cashier.get("/verwaltung/").content.decode()
    translator, _actor = sign_in(visit, gladbeck, "translator")
    for language, status in (("en", 200), ("de", REFUSED)):
        kwargs = {"slug": "hund-anmelden", "name": "title", "language": language}
        path = reverse("catalog_decisions:field", urlconf="federation.urls.tenant", kwargs=kwargs)
        assert translator.get(path).status_code == status
