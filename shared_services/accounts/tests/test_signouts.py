"""Sign-ins elsewhere that are still to be ended: kept sealed, ended once, and forgotten when there is nothing left."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest
from django.utils import timezone

from shared_services.accounts.book import key_for
from shared_services.accounts.links import make_link
from shared_services.accounts.models import AccountLink, LinkPurpose
from shared_services.accounts.periods import LINKS_KEPT
from shared_services.accounts.registration import forget_unfinished
from shared_services.accounts.signouts import WaitingSignOut, finish_sign_out, note_sign_out
from shared_services.accounts.wishes import Wish, grant_wish, list_waiting
from tenants.context import as_accounts
from tenants.errors import ExternalTemporary
from tenants.ids import uuid7
from tenants.keystore import store
from tenants.keystore.sealing import ACCOUNT_SCOPE

pytestmark = pytest.mark.django_db
WANTED = WaitingSignOut("portal-gladbeck", "geheimes-zeichen")
TEN_HOURS = timedelta(hours=10)


def row() -> AccountLink:
    """Return the one that waits."""
    with as_accounts():
        return AccountLink.objects.get(account=None)


def test_it_is_done_once_and_its_key_goes_with_it() -> None:
    note_sign_out(WANTED, lifetime=TEN_HOURS)
    kept = row()
    assert b"geheimes-zeichen" not in bytes(kept.sealed)
    assert "geheimes-zeichen" not in repr(WANTED)
    done: list[WaitingSignOut] = []
    (waiting,) = list_waiting()
    assert finish_sign_out(waiting, end=done.append)
    assert done == [WANTED]
    assert list_waiting() == []
    assert not finish_sign_out(waiting, end=done.append)
    assert store.get_keys(ACCOUNT_SCOPE, [kept.owner]) == {}


def test_what_an_earlier_release_has_noted_is_done_too() -> None:
    key = key_for(uuid7())
    with as_accounts():
        contents = {"sign_out": WANTED.client_id, "token": WANTED.token}
        make_link(key, purpose=LinkPurpose.REGISTER, contents=contents, account_id=None, lifetime=TEN_HOURS)
    done: list[WaitingSignOut] = []
    (waiting,) = list_waiting()
    assert finish_sign_out(waiting, end=done.append)
    assert done == [WANTED]


def test_while_nobody_answers_it_waits_and_no_wish_is_made_of_it() -> None:
    note_sign_out(WANTED, lifetime=TEN_HOURS)
    (waiting,) = list_waiting()

    def away(_wanted: WaitingSignOut | Wish) -> NoReturn:
        raise ExternalTemporary("Keycloak does not answer.", code="keycloak_away")

    with pytest.raises(ExternalTemporary):
        finish_sign_out(waiting, end=away)
    assert not grant_wish(waiting, grant=away)
    assert list_waiting() == [waiting]


def test_past_the_life_of_the_sign_in_it_is_forgotten() -> None:
    note_sign_out(WANTED, lifetime=timedelta(seconds=-1))
    assert list_waiting() == []
    with as_accounts():
        AccountLink.objects.filter(account=None).update(expires_at=timezone.now() - LINKS_KEPT - timedelta(hours=1))
    assert forget_unfinished() == 1
