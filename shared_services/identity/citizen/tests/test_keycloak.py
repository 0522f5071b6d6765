"""Citizens sign in at the real Keycloak: levels, linking, ends of sessions, and what is tried against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn
from uuid import UUID

import pytest
from django.test import Client

from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.models import CitizenAccount, LinkedIdentity
from shared_services.accounts.sessions import list_devices
from shared_services.identity import exchange, sessions
from shared_services.identity.citizen import discovery, oidc
from shared_services.identity.citizen.tests.at_keycloak import PORTAL, Person
from shared_services.identity.keycloak.admin import Api, realm_admin
from shared_services.identity.keycloak.tasks import grant_wishes
from shared_services.identity.keycloak.tests.walker import Visitor
from shared_services.identity.staff_oidc.ended import note_ended
from tenants.context import as_accounts, in_tenant
from tenants.errors import ExternalTemporary
from tenants.keystore import sealing
from tenants.registry.sites import directory
from tenants.trust import TrustLevel


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what a worker would."""
    monkeypatch.setattr(grant_wishes, "delay", grant_wishes)


def account_count() -> int:
    with as_accounts():
        return CitizenAccount.objects.count()


def test_who_signs_in_comes_back_to_the_very_page(person: Callable[[], Person]) -> None:
    back = person().begin(target="/leistungen/?q=Hund&seite=2").sign_in("anna")
    assert (back.status_code, back["Location"]) == (302, "/leistungen/?q=Hund&seite=2")


def test_a_password_is_worth_basis(person: Callable[[], Person]) -> None:
    anna = person()
    anna.begin().sign_in("anna")
    assert anna.level() == "einfach"


def test_a_step_up_in_the_middle_raises_the_level_of_the_running_session(
    person: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    erika = person()
    erika.begin(ueber="bundid").sign_in("erika")
    later = sessions.now_seconds() + 31 * 60
    # Only here: what is proved afterwards, Keycloak's clock says.
    with monkeypatch.context() as an_hour:
        an_hour.setattr(sessions, "now_seconds", lambda: later)
        assert erika.level() == "einfach"
    before = erika.client.cookies["verbund"].value
    back = erika.begin(target="/konto/?entwurf=7", niveau="hoch", ueber="bundid").sign_in("erika")
    assert back["Location"] == "/konto/?entwurf=7"
    assert erika.level() == "hoch"
    assert erika.client.cookies["verbund"].value != before, "the session's key changes with its rights"


def test_below_the_level_people_see_why_and_who_gives_it(person: Callable[[], Person]) -> None:
    petra = person()
    back = petra.begin(target="/konto/?entwurf=7", niveau="hoch", ueber="bundid").sign_in("petra")
    page = back.content.decode()
    assert back.status_code == 403
    assert "BundID (Simulation)" in page
    assert "weiter=%2Fkonto%2F%3Fentwurf%3D7" in page
    assert petra.level() == "einfach"


def test_a_later_password_ends_the_higher_level(person: Callable[[], Person]) -> None:
    someone = person()
    someone.begin(niveau="hoch", ueber="bundid").sign_in("erika")
    assert someone.level() == "hoch"
    other = Visitor(someone.visitor.issuer, "", "")
    someone.visitor = other  # another browser's Keycloak cookies: a password login in the portal's same session
    begun = someone.client.get("/konto/anmelden/?niveau=hoch")
    assert begun.status_code == 302
    someone.client.post("/konto/abmelden/")
    someone.begin().sign_in("anna")
    assert someone.level() == "einfach"
    other.close()


def test_an_elevation_ends_by_the_portals_own_clock(
    person: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    erika = person()
    erika.begin(niveau="hoch", ueber="bundid").sign_in("erika")
    later = sessions.now_seconds() + 31 * 60
    monkeypatch.setattr(sessions, "now_seconds", lambda: later)
    assert erika.level() == "einfach"


def test_a_cancelled_step_up_signs_nobody_in_and_says_that_everything_is_kept(person: Callable[[], Person]) -> None:
    abel = person().begin(target="/leistungen/?q=Hund", niveau="hoch", ueber="bundid")
    abel.visitor.sign_in("abel").submit(cancel="x")
    assert abel.visitor.answer == {}, "Keycloak offers its other ways first"
    assert "Sie haben die Anmeldung mit BundID (Simulation) abgebrochen." in abel.visitor.heading()
    assert "Dort ist alles noch da." in abel.visitor.heading()
    assert f'href="http://{abel.client.defaults["HTTP_HOST"]}/"' in abel.visitor.page
    assert abel.client.get(PORTAL).status_code == 302


def test_the_same_person_by_two_providers_has_one_account(person: Callable[[], Person]) -> None:
    before = account_count()
    person().begin(ueber="bundid").sign_in("max")
    person().begin(ueber="landeskonto").sign_in("max")
    assert account_count() == before + 1
    with as_accounts():
        assert LinkedIdentity.objects.filter(provider="keycloak").count() == 2


def test_a_person_with_another_name_has_the_same_account_and_the_new_name(person: Callable[[], Person]) -> None:
    """Over OpenID Connect, where the provider makes another person of her: the bPK2 stays."""
    before = account_count()
    for user in ("maria", "maria-neu"):
        person().begin(ueber="bundid").sign_in(user)
    assert account_count() == before + 1
    with as_accounts():
        (account,) = CitizenAccount.objects.exclude(identities=None)
    known = list_attributes(account.id)["family_name"]
    assert (known.value, known.level) == ("Vermählt", TrustLevel.HOCH)


def test_two_people_with_one_address_have_two_accounts(person: Callable[[], Person]) -> None:
    before = account_count()
    person().begin(ueber="bundid").sign_in("klaus")
    person().begin(ueber="bundid").sign_in("klara")
    assert account_count() == before + 2


def test_each_attribute_has_the_level_at_which_it_was_told(person: Callable[[], Person]) -> None:
    person().begin(ueber="bundid").sign_in("erika")
    with as_accounts():
        (account,) = CitizenAccount.objects.exclude(identities=None)
    known = list_attributes(account.id)
    assert (known["family_name"].value, known["family_name"].level) == ("Mustermann", TrustLevel.HOCH)
    assert known["birth_date"].is_locked


def test_a_code_works_once(person: Callable[[], Person]) -> None:
    anna = person().begin()
    anna.visitor.sign_in("anna")
    kept = anna.client.cookies["verbund-anmeldung"].value
    assert anna.come_back().status_code == 302
    anna.client.post("/konto/abmelden/")
    anna.client.cookies["verbund-anmeldung"] = kept
    assert anna.come_back().status_code == 422


def test_an_answer_of_another_browser_is_refused(person: Callable[[], Person]) -> None:
    mallory, anna = person().begin(), person().begin()
    mallory.visitor.sign_in("anna")
    # Anna is made to open the address with Mallory's code.
    anna.visitor.answer = dict(mallory.visitor.answer)
    assert anna.come_back().status_code == 422


def test_a_swapped_state_is_refused(person: Callable[[], Person]) -> None:
    mallory, anna = person().begin(), person().begin()
    own = anna.client.get("/konto/anmelden/")["Location"]
    state = own.partition("state=")[2].partition("&")[0]
    mallory.visitor.sign_in("anna")
    anna.visitor.answer = dict(mallory.visitor.answer)
    # The right state, but the code belongs to another verifier and nonce.
    assert anna.come_back(state=state).status_code == 422


def test_an_answer_of_another_issuer_is_refused(person: Callable[[], Person]) -> None:
    anna = person().begin()
    anna.visitor.sign_in("anna")
    assert anna.come_back(iss="https://boese.example/realms/verbund").status_code == 422


def test_a_disabled_account_is_out_within_five_minutes(
    person: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    bruno = person()
    bruno.begin().sign_in("bruno")
    api = Api(realm_admin())
    user = api.get("/users?username=bruno&exact=true")[0]
    api.put(f"/users/{user['id']}", {"enabled": False})
    try:
        assert bruno.client.get(PORTAL).status_code == 200
        later = sessions.now_seconds() + 5 * 60
        monkeypatch.setattr(sessions, "now_seconds", lambda: later)
        assert bruno.client.get(PORTAL).status_code == 302
    finally:
        api.put(f"/users/{user['id']}", {"enabled": True})


def test_a_session_is_renewed_and_goes_on(person: Callable[[], Person], monkeypatch: pytest.MonkeyPatch) -> None:
    anna = person()
    anna.begin().sign_in("anna")
    for minutes in (5, 10):
        later = sessions.now_seconds() + minutes * 60
        with monkeypatch.context() as patched:
            patched.setattr(sessions, "now_seconds", lambda later=later: later)
            assert anna.client.get(PORTAL).status_code == 200


def test_with_keycloak_away_public_pages_and_sessions_go_on_and_signing_in_says_so(
    person: Callable[[], Person], settings: Any
) -> None:
    anna = person()
    anna.begin().sign_in("anna")
    settings.VERBUND_KEYCLOAK_URL = "http://127.0.0.1:9"
    settings.VERBUND_KEYCLOAK_TIMEOUT_SECONDS = 1.0
    discovery.forget()
    assert anna.client.get("/").status_code == 200
    assert anna.client.get(PORTAL).status_code == 200
    stranger = person().client.get("/konto/anmelden/?weiter=/leistungen/")
    assert stranger.status_code == 503
    assert "nicht erreichbar" in stranger.content.decode()
    assert 'href="/leistungen/"' in stranger.content.decode()


def test_without_the_key_store_pages_go_on_and_the_sign_in_is_looked_at_again_later(
    person: Callable[[], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = person()
    anna.begin().sign_in("anna")

    def away() -> NoReturn:
        raise ExternalTemporary("The key service does not answer.", code="key_service_unreachable")

    begun = sessions.now_seconds()
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "now_seconds", lambda: begun + 5 * 60)
        patched.setattr(sealing, "master_keys", away)
        assert anna.client.get("/").status_code == 200
        assert anna.client.get("/leistungen/").status_code == 200
    asked: list[str] = []
    real = exchange.refresh

    def refresh(*given: Any, **named: Any) -> dict[str, Any]:
        asked.append("again")
        return real(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(sessions, "now_seconds", lambda: begun + 6 * 60)
        patched.setattr(exchange, "refresh", refresh)
        assert anna.client.get(PORTAL).status_code == 200
    assert asked == ["again"]
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "now_seconds", lambda: begun + 7 * 60)
        patched.setattr(oidc, "get_data_key", lambda _account: away())
        out = anna.client.post("/konto/abmelden/")
    assert out.status_code == 200, "the session here is over; Keycloak's own page asks about the one there"
    assert f"{discovery.get_realm().end_session_url}?" in out.content.decode()
    assert anna.client.get(PORTAL).status_code == 302


def test_signing_out_ends_the_sign_in_at_keycloak(person: Callable[[], Person]) -> None:
    anna = person()
    anna.begin().sign_in("anna")
    out = anna.client.post("/konto/abmelden/")
    assert out["Location"] == "/"
    assert anna.client.get(PORTAL).status_code == 302
    anna.begin()
    assert not anna.visitor.answer, "Keycloak asks for the password again"


def test_signing_out_ends_the_sign_ins_of_all_devices_at_keycloak_too(
    person: Callable[[], Person], at_once: None
) -> None:
    computer, phone, another = person(), person(), person()
    for one in (computer, phone):
        one.begin().sign_in("anna")
    another.begin().sign_in("otto")
    computer.client.post("/konto/abmelden/")
    assert phone.client.get(PORTAL).status_code == 302
    for one in (computer, phone):
        assert not one.begin().visitor.answer, "Keycloak asks for the password again"
    assert another.begin().visitor.answer, "others go on"


def test_a_single_device_is_ended_at_keycloak_too_and_no_other(person: Callable[[], Person], at_once: None) -> None:
    here, lost, kept = person(), person(), person()
    for one in (lost, kept, here):
        one.begin().sign_in("anna")
    account_id, sign_in = account_and_sign_in(lost)
    session = next(one.id for one in list_devices(account_id, current=None) if one.sign_in == sign_in)
    umbrella = Client(headers={"host": "emscher-lippe.localhost"})
    umbrella_person = Person(umbrella, here.visitor)
    umbrella_person.begin()
    assert umbrella_person.come_back().status_code == 302
    assert umbrella.post(f"/konto/geraete/{session}/abmelden/").status_code == 302
    assert lost.client.get(PORTAL).status_code == 302
    assert not lost.begin().visitor.answer, "its browser does not come in again without the password"
    for one in (here, kept):
        assert one.client.get(PORTAL).status_code == 200
    # Keycloak tells of it as of any sign-in that is over; the person's others are not meant.
    assert note_ended(provider_session=sign_in, subject="") == 0.0
    assert umbrella.post("/konto/geraete/abmelden/").status_code == 302
    assert kept.client.get(PORTAL).status_code == 302
    assert not kept.begin().visitor.answer
    assert here.client.get(PORTAL).status_code == 200
    here.client.cookies.clear()
    assert here.begin().visitor.answer, "this one's goes on at Keycloak, too"


def account_and_sign_in(one: Person) -> tuple[UUID, str]:
    """Return whose session a browser has at the town, and by which sign-in."""
    with in_tenant(directory.snapshot().tenants["gladbeck"].ref):
        kept = one.client.session["account"]
    return UUID(kept["id"]), kept["proof"]["provider_session"]


def test_single_sign_on_needs_no_second_password(person: Callable[[], Person]) -> None:
    anna = person()
    anna.begin().sign_in("anna")
    anna.client.cookies.clear()
    anna.begin()
    assert "code" in anna.visitor.answer
    assert anna.come_back().status_code == 302
