"""Two accounts become one only for one person, who holds both, reads their address and agrees; and nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from shared_services.accounts import businesses, deletion, documents, household, joining, providerchange
from shared_services.accounts.attributes import list_attributes
from shared_services.accounts.book import get_own_account
from shared_services.accounts.events import list_events
from shared_services.accounts.identities import has_state_id, list_identities
from shared_services.accounts.models import CitizenAccount, ProviderChange
from shared_services.accounts.tests.cast import SENDER, come_by, open_account
from shared_services.accounts.unlinking import unlink_identity
from tenants.context import as_accounts, as_migration
from tenants.errors import DomainError, InvalidInput, NotFound
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.mail.models import OutgoingMail
from tenants.trust import TrustLevel

pytestmark = pytest.mark.django_db
MAIL = "klaus@example.org"
KLAUS = {"given_name": "Klaus", "family_name": "Familie"}


@pytest.fixture(autouse=True)
def _mail_server(settings: pytest.FixtureRequest) -> None:
    settings.VERBUND_MAIL = True  # type: ignore[attr-defined]


def old_and_new(**said: str) -> tuple[UUID, UUID]:
    """Return Klaus's account over the provider that ends, and one over its successor where `said` is told of him."""
    old = come_by("landeskonto", "f:old", email=MAIL, said=KLAUS)
    return old, come_by("bundid", "f:new", email=said.pop("email", MAIL), said={**KLAUS, **said})


def agreed_by(old: UUID) -> providerchange.Agreed:
    return providerchange.get_agreed(providerchange.agree(account_id=old, provider="landeskonto", successor="bundid"))


def token_in_mail() -> str:
    with as_migration():
        envelope = OutgoingMail.objects.filter(kind="accounts.join").latest("id").envelope
    assert envelope.recipient == MAIL
    found = re.search(r"/konto/identitaeten/wechsel/([^/\s]+)/", envelope.text)
    assert found
    return found.group(1)


def test_consent_both_sign_ins_and_the_link_join_and_nothing_is_lost() -> None:
    old = come_by("landeskonto", "f:old", email=MAIL, level=TrustLevel.SUBSTANTIELL, said=KLAUS)
    new = come_by("bundid", "f:new", email=MAIL, level=TrustLevel.HOCH, said={**KLAUS, "birth_date": "1964-08-12"})
    household.add_member(account_id=new, values={"given_name": "K", "family_name": "F", "relation": "child"})
    company = businesses.add_business(account_id=new, values={"company": "Klaus baut", "role": "owner"})
    documents.hand_in_document(account_id=new, business_id=company, data=b"%PDF-1.7 Vollmacht %%EOF")
    agreed = agreed_by(old)
    providerchange.ask_for_join(agreed, other=new, sender=SENDER)
    assert providerchange.finish_join(token=token_in_mail(), account_id=new) == old
    known = list_attributes(old)
    assert (known["family_name"].level, known["family_name"].source) == (TrustLevel.HOCH, "bundid")
    assert known["birth_date"].value == "1964-08-12"
    assert [one.source for one in list_identities(old)] == ["landeskonto", "bundid"]
    assert [one.given_name for one in household.list_household(old)] == ["K"]
    assert b"Vollmacht" in documents.get_document(old, business_id=company).data
    assert get_own_account(old).email == MAIL
    actions = [one.action for one in list_events(old)]
    assert actions.count("account.created") == 2, "the history of both"
    assert "account.joined" in actions
    assert deletion.finish_waiting() == 1
    assert store.list_scopes(new) == []
    assert come_by("bundid", "f:new", level=TrustLevel.HOCH, said=KLAUS) == old


def test_the_state_id_leads_to_the_same_account_without_a_join() -> None:
    old = come_by("landeskonto", "f:old", bpk2="bpk2-klaus", said=KLAUS)
    agreed = agreed_by(old)
    assert not providerchange.settle_linked(agreed), "nothing has come of it yet"
    assert come_by("bundid", "f:new", bpk2="bpk2-klaus", said=KLAUS) == old
    assert providerchange.settle_linked(agreed)
    with pytest.raises(NotFound):
        providerchange.get_agreed(agreed.id)


@pytest.mark.parametrize(
    "said",
    [
        {"given_name": "Klara"},
        {"family_name": "Anders"},
        {"given_name": ""},
        {"email": "klaus.anders@example.org"},
        {"email": ""},
    ],
)
def test_two_people_with_one_address_are_never_joined_nor_one_of_whom_too_little_is_known(said: dict[str, str]) -> None:
    old, new = old_and_new(**said)
    with pytest.raises(InvalidInput) as refused:
        providerchange.ask_for_join(agreed_by(old), other=new, sender=SENDER)
    assert refused.value.code == "not_one_person"
    with as_migration():
        assert not OutgoingMail.objects.filter(kind="accounts.join").exists()


def test_another_birth_date_is_another_person_and_a_wedding_is_none() -> None:
    old = come_by("landeskonto", "f:old", email=MAIL, said={**KLAUS, "birth_date": "1964-08-12"})
    twin = come_by("bundid", "f:twin", email=MAIL, said={**KLAUS, "birth_date": "1990-01-01"})
    married = come_by("bundid", "f:wed", email=MAIL, said={**KLAUS, "birth_date": "1964-08-12", "family_name": "Neu"})
    with pytest.raises(InvalidInput):
        joining.require_same_person(old, twin)
    assert joining.require_same_person(old, married) == MAIL


def test_two_state_ids_are_two_people_whatever_else_is_the_same() -> None:
    old = come_by("landeskonto", "f:old", email=MAIL, bpk2="bpk2-1", said=KLAUS)
    new = come_by("bundid", "f:new", email=MAIL, bpk2="bpk2-2", said=KLAUS)
    with pytest.raises(InvalidInput):
        joining.join_accounts(kept=old, left=new, provider="bundid")


def test_without_consent_nothing_is_joined() -> None:
    old, new = old_and_new()
    with pytest.raises(NotFound):
        providerchange.get_agreed(uuid7())
    agreed = agreed_by(old)
    providerchange.ask_for_join(agreed, other=new, sender=SENDER)
    with as_accounts():
        ProviderChange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        providerchange.finish_join(token=token_in_mail(), account_id=new)
    with as_accounts():
        assert CitizenAccount.objects.filter(id__in=[old, new]).count() == 2


def test_a_link_works_once_and_only_for_who_is_signed_in_over_the_successor() -> None:
    old, new = old_and_new()
    providerchange.ask_for_join(agreed_by(old), other=new, sender=SENDER)
    token = token_in_mail()
    for stranger in (old, open_account("fremd@example.org")):
        with pytest.raises(NotFound):
            providerchange.finish_join(token=token, account_id=stranger)
    providerchange.finish_join(token=token, account_id=new)
    with pytest.raises(DomainError):
        providerchange.finish_join(token=token, account_id=new)


def test_only_the_successor_that_was_agreed_to_joins() -> None:
    old = come_by("landeskonto", "f:old", email=MAIL, said=KLAUS)
    other = come_by("unternehmenskonto", "f:third", email=MAIL, said=KLAUS)
    with pytest.raises(InvalidInput) as refused:
        providerchange.ask_for_join(agreed_by(old), other=other, sender=SENDER)
    assert refused.value.code == "not_successor"


def unlink(account_id: UUID, place: int, *, signed_in_with: str, has_other_way: bool = False) -> str:
    chosen = list_identities(account_id)[place]
    return unlink_identity(
        account_id=account_id, identity_id=chosen.id, signed_in_with=signed_in_with, has_other_way=has_other_way
    )


def test_a_provider_is_unlinked_but_never_the_last_way_in_nor_the_one_in_use() -> None:
    account_id = come_by("landeskonto", "f:one", bpk2="bpk2-k")
    with pytest.raises(InvalidInput) as last:
        unlink(account_id, 0, signed_in_with="bundid")
    assert come_by("bundid", "f:two", bpk2="bpk2-k") == account_id
    with pytest.raises(InvalidInput) as in_use:
        unlink(account_id, 0, signed_in_with="landeskonto")
    assert (last.value.code, in_use.value.code) == ("last_way_in", "signed_in_with_it")
    assert unlink(account_id, 0, signed_in_with="bundid") == "landeskonto"
    assert [one.source for one in list_identities(account_id)] == ["bundid"]
    assert has_state_id(account_id), "the other one tells it, too"
    assert deletion.count_waiting() == 1, "its user leaves Keycloak"


def test_with_the_last_provider_that_tells_it_the_state_id_goes() -> None:
    account_id = come_by("landeskonto", "f:one", bpk2="bpk2-k")
    assert unlink(account_id, 0, signed_in_with="", has_other_way=True) == "landeskonto"
    assert not has_state_id(account_id)
    assert come_by("landeskonto", "f:one", bpk2="bpk2-k") != account_id


def test_nobody_unlinks_what_is_another_persons() -> None:
    account_id, other = come_by("landeskonto", "f:one"), come_by("bundid", "f:two")
    with pytest.raises(NotFound):
        unlink_identity(
            account_id=other,
            identity_id=list_identities(account_id)[0].id,
            signed_in_with="",
            has_other_way=True,
        )
