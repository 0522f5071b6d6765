"""Mails about accounts: invitations bring their link, a changed password is told, people choose what they get."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import Settings

from shared_services.identity.tests.cast import PASSWORD, SYSTEM, make_editor, text_of
from tenants.accounts import AccountInfo
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, as_projector, in_tenant
from tenants.editors.invitations import invitation_url, invite_editor
from tenants.mail.models import OutgoingMail
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.registry.sites import TenantInfo

SignedIn = Callable[[AccountInfo], Client]
NEW = "Haldenzeichen über dem Kanal 9"


def mails(kind: str) -> list[OutgoingMail]:
    with as_projector():
        return list(OutgoingMail.objects.filter(kind=kind).order_by("id"))


def test_an_invited_person_gets_the_link_that_the_page_shows(
    signed_in: SignedIn, administrator: AccountInfo, gladbeck: TenantInfo, visit: Callable[[str], Client]
) -> None:
    sent = {"email": "nele@gladbeck.test", "roles": "editor"}
    page = text_of(signed_in(administrator).post("/verwaltung/team/einladen/", sent))
    assert "Der Link ist per E-Mail unterwegs" in page
    (mail,) = mails("account.invited")
    assert (mail.envelope.recipient, mail.tenant_id) == ("nele@gladbeck.test", gladbeck.id)
    path = mail.envelope.text.partition(gladbeck.host)[2].split()[0]
    path = path[path.index("/") :]
    assert path in page
    assert visit(gladbeck.host).get(path).status_code == 200


def test_without_a_mail_server_the_link_is_only_shown(
    signed_in: SignedIn, administrator: AccountInfo, settings: Settings
) -> None:
    settings.VERBUND_MAIL = False
    sent = {"email": "nele@gladbeck.test", "roles": "editor"}
    page = text_of(signed_in(administrator).post("/verwaltung/team/einladen/", sent))
    assert "Der Link ist erstellt" in page
    assert "unterwegs" not in page
    assert mails("account.invited") == []


def test_a_lost_password_comes_in_the_persons_language(
    signed_in: SignedIn, administrator: AccountInfo, editor: AccountInfo
) -> None:
    signed_in(editor).post("/verwaltung/konto/post/", {"language": "en"})
    signed_in(administrator).post(f"/verwaltung/team/{editor.id}/zugang-erneuern/")
    (mail,) = mails("account.invited")
    assert (mail.envelope.recipient, mail.language) == (editor.email, "en")
    assert "/en/verwaltung/einladung/" in mail.envelope.text


def test_an_editor_of_a_region_gets_a_link_to_the_umbrella(db: None) -> None:
    account = make_editor("emscher-lippe")
    made = invite_editor(actor=SYSTEM, account_id=account.id)
    assert made.is_mailed
    (mail,) = mails("account.invited")
    assert invitation_url(made) in mail.envelope.text
    assert (mail.region, mail.tenant_id) == ("emscher-lippe", None)


def test_the_first_administrator_of_a_new_town_gets_the_link(fresh_database: str) -> None:
    del fresh_database
    request = OnboardingRequest(slug="ascheberg", ags="05558004", admin_email="rathaus@ascheberg.test")
    done = onboard(actor=SYSTEM, request=request)
    assert done.told["invitation_mailed_to"] == "rathaus@ascheberg.test"
    (mail,) = mails("account.invited")
    assert f"{done.host}" in mail.envelope.text
    assert done.told["invitation_path"] in mail.envelope.text


def test_a_changed_password_is_told_to_its_owner(
    signed_in: SignedIn, editor: AccountInfo, operator: AccountInfo
) -> None:
    change = {"current_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    eike = make_editor("emscher-lippe")
    for account, root in ((editor, "/verwaltung/"), (operator, "/"), (eike, "/redaktion/")):
        assert signed_in(account).post(f"{root}konto/passwort/", change).status_code == 302
    assert [mail.envelope.recipient for mail in mails("account.password_changed")] == [
        editor.email,
        operator.email,
        eike.email,
    ]


def test_people_choose_language_and_reminders_on_their_page(
    signed_in: SignedIn, editor: AccountInfo, gladbeck: TenantInfo
) -> None:
    client = signed_in(editor)
    assert "wants_reminders" in text_of(client.get("/verwaltung/konto/"))
    assert client.post("/verwaltung/konto/post/", {"language": "en"}).status_code == 302
    page = text_of(client.get("/verwaltung/konto/"))
    assert "checked" not in page.partition('name="wants_reminders"')[2].partition(">")[0]
    with in_tenant(gladbeck.ref):
        entry = AuditEntry.objects.filter(action="staff.mail_choices_changed").get()
    assert entry.data == {"language": "en", "wants_reminders": False}
    assert client.post("/verwaltung/konto/post/", {"language": "xx"}).status_code == 422


def test_nobody_reminds_operators(signed_in: SignedIn, operator: AccountInfo) -> None:
    client = signed_in(operator)
    assert "wants_reminders" not in text_of(client.get("/konto/"))
    assert client.post("/konto/post/", {"language": "en", "wants_reminders": "on"}).status_code == 302
    with as_operator():
        entry = AuditEntry.objects.filter(action="operator.mail_choices_changed").get()
    assert entry.data == {"language": "en"}
