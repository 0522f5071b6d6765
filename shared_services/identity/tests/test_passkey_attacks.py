"""What is tried with passkeys at the doors of those who work here: each gets the same answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from shared_services.accounts.passkeys import list_passkeys
from shared_services.identity.citizen.tests.cast import UMBRELLA, Browser, open_account
from shared_services.identity.tests.authenticator import Device
from shared_services.identity.tests.cast import make_staff, text_of
from shared_services.identity.tests.factors import Worker
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, in_tenant
from tenants.registry.sites import TenantInfo
from tenants.staff.models import StaffAccount

Visit = Callable[[str], Client]


def failures() -> list[str]:
    """Return whom the trail names with what was refused."""
    with as_migration():
        return list(AuditEntry.objects.filter(action="auth.passkey_failed").values_list("subject", flat=True))


def answers_of_a_cheat(one: Worker, visit: Visit) -> dict[str, Any]:
    """Try what does not count, one after the other, each in a browser of its own."""
    copied = Device(one.device.host, sign_count=-1, credential=one.device.credential, owner=one.device.owner)
    copied._key = one.device._key
    seen = one.device.show(one.ask())
    assert one.post("anmelden/passkey/", answer=seen).status_code == 302
    lazy = Device(one.device.host, verifies=False, sign_count=90, credential=copied.credential, owner=copied.owner)
    lazy._key = one.device._key
    elsewhere = Device("dorsten.localhost", sign_count=90, credential=copied.credential, owner=copied.owner)
    elsewhere._key = one.device._key
    stranger = Device(one.device.host, credential=copied.credential, owner=copied.owner)
    made_up = Device(one.device.host, owner=copied.owner)

    def send(answer: Callable[[Client], str]) -> Any:
        client = visit(one.device.host)
        return client.post(f"{one.root}anmelden/passkey/", {"answer": answer(client)})

    return {
        "nothing at all": send(lambda _client: "{}"),
        "an answer that was seen": send(lambda _client: seen),
        "an answer that was seen, with a question of one's own": send(lambda client: (one.ask(client), seen)[1]),
        "a copied device": send(lambda client: copied.show(one.ask(client))),
        "nobody's finger": send(lambda client: lazy.show(one.ask(client))),
        "another host": send(lambda client: elsewhere.show(one.ask(client))),
        "somebody else's key": send(lambda client: stranger.show(one.ask(client))),
        "a passkey that is made up": send(lambda client: made_up.show(one.ask(client))),
    }


def test_what_does_not_count_gets_the_same_answer(edda: Worker, visit: Visit, gladbeck: TenantInfo) -> None:
    edda.get_in_with_a_passkey()
    answers = answers_of_a_cheat(edda, visit)
    with in_tenant(gladbeck.ref):
        StaffAccount.objects.filter(id=edda.account.id).update(is_active=False)
    answers["somebody who has left"] = edda.show()
    refused = {what: one.status_code for what, one in answers.items()}
    assert set(refused.values()) == {422}, refused
    assert all("Das hat nicht geklappt" in text_of(one) for one in answers.values())
    assert len(failures()) == len(answers)
    assert set(failures()) == {"", edda.account.subject}


def test_a_passkey_of_one_town_opens_no_other(edda: Worker, dorsten: TenantInfo, visit: Visit) -> None:
    """Not even for a person with the same key of the account there, whose device would sign for any host."""
    edda.get_in_with_a_passkey()
    make_staff(dorsten, edda.account.email, "editor")
    with in_tenant(dorsten.ref):
        StaffAccount.objects.filter(email=edda.account.email).update(id=edda.account.id)
    there = Worker(edda.account, visit(dorsten.host), edda.device)
    question = text_of(there.client.post("/verwaltung/anmelden/passkey/aufgabe/"))
    assert f'"rpId": "{dorsten.host}"' in question
    edda.device.host = dorsten.host
    assert there.client.post("/verwaltung/anmelden/passkey/", {"answer": edda.device.show(question)}).status_code == 422


def test_citizens_and_editors_of_one_host_stay_apart(worker: Callable[[str], Worker], visit: Visit) -> None:
    eike, browser, citizen = worker("editor"), Browser(visit), open_account("anna@example.org")
    eike.get_in_with_a_passkey()
    browser.sign_in(citizen)
    at_home, device = browser.client(UMBRELLA), Device(UMBRELLA)
    options = text_of(at_home.post("/konto/sicherheit/passkeys/aufgabe/"))
    at_home.post("/konto/sicherheit/passkeys/neu/", {"answer": device.make(options), "name": "Telefon"})
    assert len(list_passkeys(citizen.id)) == 1
    client = visit(UMBRELLA)
    for area, theirs, others in (("/konto", device, eike.device), ("/redaktion", eike.device, device)):
        for one, status in ((others, 422), (theirs, 302)):
            question = text_of(client.post(f"{area}/anmelden/passkey/aufgabe/"))
            sent = {"answer": one.show(question)}
            assert client.post(f"{area}/anmelden/passkey/", sent).status_code == status, area
        client.post(f"{area}/abmelden/")
