"""Somebody of the IT provider works in a town's portal: the town sees, allows and ends it; and what attackers try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation.console.tests.conftest import sign_in
from shared_services.identity.support.handover import ENTER_PATH, PASS_ON_PATH, RETURN_PATH
from shared_services.identity.tests.cast import SYSTEM, attempt, make_staff, text_of
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, as_projector, in_tenant
from tenants.mail.models import OutgoingMail
from tenants.operators.models import OperatorAccount
from tenants.operators.services import deactivate
from tenants.registry.models import Operator
from tenants.registry.sites import TenantInfo
from tenants.staff.models import SupportAccess
from tenants.staff.supportmails import SUPPORT_PATH
from tenants.staff.tasks import note_ended_visits

Visit = Callable[[str], Client]
ASK = "/kommunen/gladbeck/zugriff/"
REASON = "Öffnungszeiten prüfen, Anruf von Frau Amsel"
WORK, TOWN_PAGE = "/verwaltung/", "/verwaltung/zugriff/"


@dataclass
class Visitor:
    """A person of the provider: one browser, with cookies of its own at the console and at the town."""

    console: Client
    town: Client
    gladbeck: TenantInfo

    def ask(self, minutes: str = "15") -> UUID:
        """Ask for a visit in the console and return its key."""
        assert self.console.post(ASK, {"reason": REASON, "minutes": minutes})["Location"] == ASK
        with in_tenant(self.gladbeck.ref):
            return SupportAccess.objects.order_by("-id")[0].id

    def way_back(self, access_id: UUID) -> str:
        """Go as far as the address with the code, which the town has not seen yet."""
        there = self.town.get(ENTER_PATH.format(access=access_id))["Location"]
        assert urlsplit(there).hostname == settings.VERBUND_CONSOLE_HOST
        return str(follow(self.console, there)["Location"])

    def enter(self, access_id: UUID) -> Client:
        """Go the whole way from the console's link into the town."""
        back = self.way_back(access_id)
        assert urlsplit(back).hostname == self.gladbeck.host
        assert follow(self.town, back)["Location"] == WORK
        return self.town


def follow(client: Client, address: str) -> Any:
    """Open an address in the client of its host."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


@pytest.fixture
def visitor(olga: Client, visit: Visit, gladbeck: TenantInfo) -> Visitor:
    """Return Olga, who runs Gladbeck's region."""
    return Visitor(olga, visit(gladbeck.host), gladbeck)


@pytest.fixture
def ada(visit: Visit, gladbeck: TenantInfo) -> Client:
    """Return the browser of an administrator of Gladbeck."""
    client = visit(gladbeck.host)
    attempt(client, make_staff(gladbeck, "ada@gladbeck.test", "administrator").email)
    return client


def trail(town: TenantInfo, prefix: str) -> list[AuditEntry]:
    """Return the town's entries; what was done to it from outside while the demo was made is another matter."""
    with in_tenant(town.ref):
        return list(AuditEntry.objects.filter(action__startswith=prefix).exclude(action="support.acted").order_by("id"))


def kinds_of_mail() -> list[str]:
    with as_projector():
        return list(OutgoingMail.objects.order_by("id").values_list("kind", flat=True))


def test_the_way_in_has_the_addresses_of_the_routes() -> None:
    nowhere = UUID(int=0)
    town, console = "federation.urls.tenant", "federation.urls.console"
    assert reverse("identity:support", urlconf=town) == SUPPORT_PATH
    assert reverse("identity:enter_support", urlconf=town, args=[nowhere]) == ENTER_PATH.format(access=nowhere)
    assert reverse("identity:support_returned", urlconf=town) == RETURN_PATH
    assert reverse("console:pass_on", urlconf=console) == PASS_ON_PATH


def test_a_visit_needs_a_reason_and_a_time_from_the_list(visitor: Visitor, gladbeck: TenantInfo) -> None:
    for sent in ({"minutes": "15"}, {"reason": "kurz", "minutes": "15"}, {"reason": REASON, "minutes": "600"}):
        assert visitor.console.post(ASK, sent).status_code == 422
    assert trail(gladbeck, "support.") == []


def test_what_is_done_during_a_visit_stands_in_the_towns_trail(visitor: Visitor, gladbeck: TenantInfo) -> None:
    access_id = visitor.ask()
    assert ENTER_PATH.format(access=access_id) in text_of(visitor.console.get(ASK))
    town = visitor.enter(access_id)
    page = text_of(town.get(WORK))
    assert "Olga Betrieb, " in page
    assert "Die Kommune sieht es" in page
    closed = {"day": f"{timezone.localdate().year}-12-31", "exception_note_de": "Silvester"}
    assert town.post("/verwaltung/oeffnungszeiten/ausnahmen/", closed).status_code == 302
    asked, begun, *done = trail(gladbeck, "")[-3:]
    assert (asked.action, asked.actor_kind, asked.data["reason"]) == ("support.requested", "operator", REASON)
    assert begun.action == "support.begun"
    assert done
    for entry in done:
        assert (entry.actor_kind, entry.data["support_access"]) == ("support", str(access_id))


def test_a_visitor_may_do_no_more_than_show_and_edit(visitor: Visitor, gladbeck: TenantInfo) -> None:
    access_id = visitor.ask()
    town = visitor.enter(access_id)
    for path in ("", "leistungen/", "kontakt/", "oeffnungszeiten/", "seiten/", "protokoll/"):
        assert town.get(f"{WORK}{path}").status_code == 200, path
    for path in ("team/", "zugaenge/", "zugaenge/neu/", "zugriff/", "konto/", "konto/abwesenheit/", "rueckmeldungen/"):
        assert town.get(f"{WORK}{path}").status_code == 403, path
    posts = {
        "team/einladen/": {"email": "olga@provider.test", "roles": "administrator"},
        "zugriff/regeln/": {},
        "leistungen/regeln/": {"four_eyes": "1"},
        f"zugriff/{access_id}/zustimmen/": {},
        "zugaenge/neu/": {"purpose": "Für später", "scopes": "services:read", "days": "90"},
        "konto/zweiter-faktor/entfernen/": {"entfernen-code": "123456"},
    }
    for path, sent in posts.items():
        assert town.post(f"{WORK}{path}", sent).status_code == 403, path


def test_administrators_see_who_is_there_and_end_it_at_once(
    visitor: Visitor, ada: Client, gladbeck: TenantInfo
) -> None:
    access_id = visitor.ask()
    assert REASON not in text_of(ada.get(WORK)), "nobody is there yet"
    town = visitor.enter(access_id)
    page = text_of(ada.get(WORK))
    assert "ist gerade in Ihrem Portal" in page
    assert REASON in page
    assert "support.begun" in kinds_of_mail()
    assert REASON in text_of(ada.get(TOWN_PAGE))
    assert ada.post(f"{TOWN_PAGE}{access_id}/beenden/")["Location"] == TOWN_PAGE
    assert town.get(WORK)["Location"].startswith("/verwaltung/anmelden/")
    assert REASON not in text_of(ada.get(WORK))
    assert trail(gladbeck, "support.")[-1].action == "support.ended"
    assert follow(visitor.console, town.get(ENTER_PATH.format(access=access_id))["Location"]).status_code == 404


def test_editors_of_the_town_neither_see_nor_end_it(visitor: Visitor, visit: Visit, gladbeck: TenantInfo) -> None:
    access_id = visitor.ask()
    visitor.enter(access_id)
    edda = visit(gladbeck.host)
    attempt(edda, make_staff(gladbeck, "edda@gladbeck.test", "editor").email)
    assert REASON not in text_of(edda.get(WORK))
    assert edda.get(TOWN_PAGE).status_code == 403
    assert edda.post(f"{TOWN_PAGE}{access_id}/beenden/").status_code == 403


def test_a_visit_ends_by_itself(visitor: Visitor, gladbeck: TenantInfo, ada: Client) -> None:
    access_id = visitor.ask()
    back = visitor.way_back(access_id)
    follow(visitor.town, back)
    with in_tenant(gladbeck.ref):
        row = SupportAccess.objects.get(id=access_id)
        assert row.begun_at is not None
        assert row.ends_at == row.begun_at + timedelta(minutes=15)
        SupportAccess.objects.filter(id=access_id).update(ends_at=timezone.now())
    assert visitor.town.get(WORK)["Location"].startswith("/verwaltung/anmelden/")
    assert "ist gerade in Ihrem Portal" not in text_of(ada.get(WORK))
    assert [note_ended_visits(), note_ended_visits()] == [1, 0]
    assert trail(gladbeck, "support.")[-1].action == "support.over"
    assert "Zeit abgelaufen" in text_of(ada.get("/verwaltung/protokoll/"))
    again = visitor.town.get(ENTER_PATH.format(access=access_id))["Location"]
    assert follow(visitor.console, again).status_code == 404


def test_coming_back_does_not_set_the_clock_back(visitor: Visitor, gladbeck: TenantInfo, visit: Visit) -> None:
    access_id = visitor.ask()
    visitor.enter(access_id)
    with in_tenant(gladbeck.ref):
        before = SupportAccess.objects.get(id=access_id).ends_at
    visitor.town = visit(gladbeck.host)
    visitor.enter(access_id)
    with in_tenant(gladbeck.ref):
        assert SupportAccess.objects.get(id=access_id).ends_at == before


def test_the_visitor_leaves_before_the_time(visitor: Visitor) -> None:
    access_id = visitor.ask()
    town = visitor.enter(access_id)
    assert town.post(f"{TOWN_PAGE}verlassen/").status_code == 302
    assert town.get(WORK).status_code == 302
    assert "beendet" in text_of(visitor.console.get(ASK))


def test_the_provider_ends_it_from_the_console(visitor: Visitor, matthis: Client) -> None:
    access_id = visitor.ask()
    town = visitor.enter(access_id)
    assert matthis.post(f"{ASK}{access_id}/beenden/").status_code == 404
    assert town.get(WORK).status_code == 200
    assert visitor.console.post(f"{ASK}{access_id}/beenden/")["Location"] == ASK
    assert town.get(WORK).status_code == 302


def test_a_town_may_want_to_be_asked(visitor: Visitor, ada: Client) -> None:
    assert ada.post(f"{TOWN_PAGE}regeln/", {"must_ask": "on"})["Location"] == TOWN_PAGE
    assert "möchte vorher gefragt werden" in text_of(visitor.console.get(ASK))
    access_id = visitor.ask()
    assert kinds_of_mail()[-1] == "support.asked"
    to_console = visitor.town.get(ENTER_PATH.format(access=access_id))["Location"]
    assert follow(visitor.console, to_console)["Location"] == ASK, "not before the town has said yes"
    assert "Zustimmen" in text_of(ada.get(TOWN_PAGE))
    assert ada.post(f"{TOWN_PAGE}{access_id}/zustimmen/")["Location"] == TOWN_PAGE
    assert visitor.enter(access_id).get(WORK).status_code == 200


def test_a_refused_visit_does_not_happen(visitor: Visitor, ada: Client, gladbeck: TenantInfo) -> None:
    ada.post(f"{TOWN_PAGE}regeln/", {"must_ask": "on"})
    access_id = visitor.ask()
    ada.post(f"{TOWN_PAGE}{access_id}/beenden/")
    ada.post(f"{TOWN_PAGE}{access_id}/zustimmen/")
    assert follow(visitor.console, visitor.town.get(ENTER_PATH.format(access=access_id))["Location"]).status_code == 404
    assert [entry.action for entry in trail(gladbeck, "support.")][-2:] == ["support.requested", "support.refused"]


def test_an_unused_visit_lapses(visitor: Visitor, gladbeck: TenantInfo) -> None:
    access_id = visitor.ask()
    back = visitor.way_back(access_id)
    yesterday = timezone.now() - timedelta(hours=24)
    with in_tenant(gladbeck.ref):
        SupportAccess.objects.filter(id=access_id).update(approved_at=yesterday, requested_at=yesterday)
    assert follow(visitor.town, back).status_code == 409
    assert visitor.town.get(WORK).status_code == 302


def test_a_code_is_good_in_one_browser_and_once(visitor: Visitor, visit: Visit, gladbeck: TenantInfo) -> None:
    back = visitor.way_back(visitor.ask())
    thief = visit(gladbeck.host)
    assert follow(thief, back).status_code == 422, "this browser has asked for nothing"
    assert thief.get(WORK).status_code == 302
    assert follow(visitor.town, back).status_code == 302
    assert follow(visitor.town, back).status_code == 422, "used"


def test_a_stolen_code_does_not_fit_another_browsers_beginning(
    visitor: Visitor, visit: Visit, gladbeck: TenantInfo
) -> None:
    access_id = visitor.ask()
    stolen = parse_qs(urlsplit(visitor.way_back(access_id)).query)["code"][0]
    thief = visit(gladbeck.host)
    begun = parse_qs(urlsplit(thief.get(ENTER_PATH.format(access=access_id))["Location"]).query)["state"][0]
    assert thief.get(RETURN_PATH, {"code": stolen, "state": begun}).status_code == 422
    assert thief.get(WORK).status_code == 302


def test_a_code_and_a_session_are_good_in_one_town(
    visitor: Visitor, visit: Visit, dorsten: TenantInfo, gladbeck: TenantInfo
) -> None:
    access_id = visitor.ask()
    neighbour = visit(dorsten.host)
    begun = parse_qs(urlsplit(neighbour.get(ENTER_PATH.format(access=access_id))["Location"]).query)
    assert begun["kommune"] == ["dorsten"]
    at_console = f"{PASS_ON_PATH}?kommune=dorsten&zugriff={access_id}&state=x&challenge=y"
    assert visitor.console.get(at_console).status_code == 404, "this access is none of Dorsten's"
    swapped = visitor.console.get(
        PASS_ON_PATH,
        {
            "kommune": "gladbeck",
            "zugriff": str(access_id),
            "state": begun["state"][0],
            "challenge": begun["challenge"][0],
        },
    )["Location"]
    assert follow(neighbour, swapped).status_code == 422, "a code for Gladbeck, brought to Dorsten"
    town = visitor.enter(access_id)
    neighbour.cookies[settings.SESSION_COOKIE_NAME] = town.cookies[settings.SESSION_COOKIE_NAME].value
    assert neighbour.get(WORK).status_code == 302
    assert town.get(WORK).status_code == 200


def test_nobody_comes_in_by_somebody_elses_access(visitor: Visitor, visit: Visit, gladbeck: TenantInfo) -> None:
    access_id = visitor.ask()
    colleague = Visitor(sign_in("emscher-lippe", "otto@provider.test"), visit(gladbeck.host), gladbeck)
    to_console = colleague.town.get(ENTER_PATH.format(access=access_id))["Location"]
    assert follow(colleague.console, to_console).status_code == 404
    anonymous = Client(headers={"host": settings.VERBUND_CONSOLE_HOST})
    sent = follow(anonymous, to_console)["Location"]
    assert sent == "/anmelden/?weiter=%2Fkommunen%2Fgladbeck%2Fzugriff%2F", "and from there never straight to the town"


def test_another_provider_finds_no_such_town(matthis: Client, gladbeck: TenantInfo) -> None:
    assert matthis.get(ASK).status_code == 404
    assert matthis.post(ASK, {"reason": REASON, "minutes": "15"}).status_code == 404
    assert trail(gladbeck, "support.") == []


def test_who_leaves_the_provider_leaves_the_town(visitor: Visitor, gladbeck: TenantInfo) -> None:
    town = visitor.enter(visitor.ask())
    deactivate(actor=SYSTEM, email="olga@provider.test")
    assert town.get(WORK)["Location"].startswith("/verwaltung/anmelden/")
    assert_left(gladbeck, "no_access")


def test_the_trail_tells_it_although_nobody_comes_back(visitor: Visitor, gladbeck: TenantInfo, ada: Client) -> None:
    visitor.enter(visitor.ask())
    assert note_ended_visits() == 0
    deactivate(actor=SYSTEM, email="olga@provider.test")
    assert [note_ended_visits(), note_ended_visits()] == [1, 0]
    assert_left(gladbeck, "no_access")
    assert "hat keinen Zugang mehr" in text_of(ada.get("/verwaltung/protokoll/"))


def test_a_region_that_another_provider_runs_is_left(visitor: Visitor, gladbeck: TenantInfo) -> None:
    town = visitor.enter(visitor.ask())
    # As when the region goes to another one: the person's provider is no longer the town's.
    with as_operator():
        other = Operator.objects.exclude(id=gladbeck.operator.id)[0]
        OperatorAccount.objects.filter(email="olga@provider.test").update(operator=other)
    assert town.get(WORK)["Location"].startswith("/verwaltung/anmelden/")
    assert_left(gladbeck, "no_access")


def test_who_signs_out_on_the_console_leaves_the_town_at_once(visitor: Visitor, gladbeck: TenantInfo) -> None:
    town = visitor.enter(visitor.ask())
    assert visitor.console.post("/abmelden/").status_code == 302
    assert_left(gladbeck, "signed_out")
    assert town.get(WORK)["Location"].startswith("/verwaltung/anmelden/")


def test_a_code_from_before_signing_out_opens_nothing(visitor: Visitor, gladbeck: TenantInfo) -> None:
    back = visitor.way_back(visitor.ask())
    visitor.console.post("/abmelden/")
    assert follow(visitor.town, back).status_code == 409
    assert_left(gladbeck, "signed_out")


def assert_left(town: TenantInfo, reason: str) -> None:
    """Expect the end of the visit, once, in the town's trail."""
    last = trail(town, "support.")
    assert [one.action for one in last].count("support.left") == 1
    assert (last[-1].action, last[-1].data["reason"]) == ("support.left", reason)
