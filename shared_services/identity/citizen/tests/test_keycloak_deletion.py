"""A deleted account leaves the real Keycloak, too: its user, what is linked to it, and all its sessions."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from keycloak.exceptions import KeycloakError

from shared_services.accounts import deletion
from shared_services.accounts.identities import list_subjects
from shared_services.accounts.models import AccountDeletion, AccountSession, CitizenAccount
from shared_services.accounts.tests.cast import SENDER, owner
from shared_services.identity.citizen.tests.at_keycloak import PORTAL, Person
from shared_services.identity.keycloak.admin import Api, realm_admin
from tenants.context import as_accounts
from tenants.keystore.sealing import get_data_key


@pytest.fixture
def max_(person: Callable[[], Person]) -> Person:
    """Return Max, signed in by an identity provider."""
    one = person()
    one.begin(ueber="bundid").sign_in("max")
    return one


def account_of_max() -> tuple[UUID, str]:
    """Return the account that there is, and its subject at Keycloak."""
    with as_accounts():
        account_id = CitizenAccount.objects.order_by("-id")[0].id
        (subject,) = list_subjects(get_data_key(account_id))
    return account_id, subject


def request_deletion(account_id: UUID) -> UUID:
    return deletion.request_deletion(actor=owner(account_id), account_id=account_id, sender=SENDER)


def is_known(subject: str) -> bool:
    """Whether Keycloak knows a user."""
    try:
        return bool(Api(realm_admin()).get(f"/users/{subject}"))
    except KeycloakError as refused:
        if refused.response_code != HTTPStatus.NOT_FOUND:
            raise
        return False


def test_user_links_and_sessions_go(max_: Person) -> None:
    account_id, subject = account_of_max()
    linked = Api(realm_admin()).get(f"/users/{subject}/federated-identity")
    assert [one["identityProvider"] for one in linked] == ["bundid"]
    deletion_id = request_deletion(account_id)
    assert max_.client.get(PORTAL).status_code == 302, "out at once"
    assert deletion.finish_deletion(deletion_id)
    assert not is_known(subject)
    with as_accounts():
        assert not AccountSession.objects.filter(account_id=account_id, ended_at=None).exists()
    max_.client.cookies.clear()
    max_.begin()
    assert not max_.visitor.answer, "Keycloak asks who it is: no session of its own is left"
    max_.begin(ueber="bundid").sign_in("max")
    assert account_of_max()[0] != account_id
    assert account_of_max()[1] != subject


def test_with_keycloak_away_it_waits_and_goes_on(max_: Person, settings: Any) -> None:
    account_id, subject = account_of_max()
    deletion_id = request_deletion(account_id)
    there, settings.VERBUND_KEYCLOAK_URL = settings.VERBUND_KEYCLOAK_URL, "http://localhost:9"
    assert not deletion.finish_deletion(deletion_id)
    with as_accounts():
        assert AccountDeletion.objects.get().error == "keycloak_away"
        AccountDeletion.objects.update(retry_at=None)
    settings.VERBUND_KEYCLOAK_URL = there
    assert is_known(subject)
    assert deletion.finish_waiting() == 1
    assert not is_known(subject)
    assert deletion.count_waiting() == 0
