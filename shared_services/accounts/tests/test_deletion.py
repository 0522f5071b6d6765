"""An account goes whole: whatever is killed when, either nothing has happened or the rest follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest
from django.db import connection

from shared_services.accounts import deletion, personaldata
from shared_services.accounts.attributes import change_attributes, list_attributes
from shared_services.accounts.book import get_session_account
from shared_services.accounts.models import AccountDeletion, CitizenAccount, DeletionReason
from shared_services.accounts.sessions import NewSession, open_session
from shared_services.accounts.tests.cast import SENDER, TASK, come_by, open_account, owner
from shared_services.bookmarks.models import Bookmark
from shared_services.bookmarks.sealed import unseal
from shared_services.bookmarks.selectors import list_bookmarks
from shared_services.bookmarks.services import add_bookmark
from tenants.context import as_accounts, as_migration, current_tenant_or_none, in_tenant
from tenants.errors import ExternalTemporary, NotAllowed, NotFound
from tenants.keystore import store
from tenants.keystore.sealing import Unreadable, ensure_data_key, get_data_key
from tenants.mail.models import OutgoingMail
from tenants.registry.sites import TenantInfo
from tenants.trust import TrustLevel

pytestmark = pytest.mark.django_db


@pytest.fixture
def removed() -> Iterator[list[str]]:
    """Play Keycloak: notes who was removed, and fails while "away" stands in the list."""
    gone: list[str] = []
    before = list(deletion._remove_elsewhere)

    def remove(subjects: Sequence[str]) -> None:
        if "away" in gone:
            raise ExternalTemporary("away", code="keycloak_away")
        gone.extend(subjects)

    deletion._remove_elsewhere[:] = [remove]
    yield gone
    deletion._remove_elsewhere[:] = before


def delete(account_id: UUID) -> UUID:
    return deletion.request_deletion(actor=owner(account_id), account_id=account_id, sender=SENDER)


def exists(account_id: UUID) -> bool:
    with as_accounts():
        return CitizenAccount.objects.filter(id=account_id).exists()


def test_nothing_is_left_of_an_account_but_what_can_be_read_by_nobody(removed: list[str]) -> None:
    account_id = come_by("bundid", "f:1", said={"family_name": "Unverwechselbar"})
    opened = open_session(account_id=account_id, new=NewSession(site="tests", level=TrustLevel.BASIS, user_agent="x"))
    assert opened
    deletion_id = delete(account_id)
    assert get_session_account(account_id, session_id=opened[1]) is None, "signed out at once"
    assert deletion.finish_deletion(deletion_id)
    assert not exists(account_id)
    assert removed == ["f:1"]
    assert store.list_scopes(account_id) == []
    assert store.list_scopes(deletion_id) == []
    assert deletion.count_waiting() == 0


# What is put back as from a backup, and by which column a person's rows are found: of the account, and of a town.
OF_ACCOUNT = (("accounts_citizenaccount", "id"), ("accounts_accountattribute", "account_id"))
OF_TOWN = (("t_gladbeck.bookmarks_bookmark", "account_id"),)


def rows_of(account_id: UUID) -> dict[str, list[str]]:
    """Return a person's rows, by table."""
    found = {}
    with as_migration(), connection.cursor() as cursor:
        for table, column in (*OF_ACCOUNT, *OF_TOWN):
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE {column} = %s", [account_id])  # noqa: S608
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def put_back(rows: dict[str, list[str]]) -> None:
    """Write the rows of then."""
    with as_migration(), connection.cursor() as cursor:
        for table, ones in rows.items():
            for row in ones:
                insert = f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"  # noqa: S608
                cursor.execute(insert, [row])


def test_a_dump_of_yesterday_and_the_keys_of_today_tell_nothing(removed: list[str], gladbeck: TenantInfo) -> None:
    """The rows of then are put back, as from a backup; nobody can open them, in the towns neither."""
    account_id = open_account("ilka@example.org")
    change_attributes(account_id=account_id, values={"family_name": "Unverwechselbar"})
    with in_tenant(gladbeck.ref):
        assert add_bookmark(actor=owner(account_id), slug="hund-anmelden")
        assert [one.slug for one in list_bookmarks(account_id)] == ["hund-anmelden"]
    assert list_attributes(account_id)
    dump = rows_of(account_id)
    assert all(dump.values()), "of each table there is something to put back"
    deletion.finish_deletion(delete(account_id))
    assert not any(rows_of(account_id).values())
    put_back(dump)
    assert exists(account_id)
    with pytest.raises(Unreadable):
        list_attributes(account_id)
    ensure_data_key(account_id)
    with pytest.raises(Unreadable):  # a new key opens nothing of the old one's
        list_attributes(account_id)
    with in_tenant(gladbeck.ref):
        assert list_bookmarks(account_id) == [], "the row is there, and no key of the person at this town"
        (row,) = Bookmark.objects.filter(account_id=account_id)
        for scope in ("", str(gladbeck.id)):
            with pytest.raises(Unreadable):
                unseal(ensure_data_key(account_id, scope=scope), row)


def test_only_the_owner_and_the_deployments_tasks_delete() -> None:
    account_id, other = open_account("a@example.org"), open_account("b@example.org")
    with pytest.raises(NotAllowed):
        deletion.request_deletion(actor=owner(other), account_id=account_id, sender=SENDER)
    assert exists(account_id)


def test_a_second_request_is_told_that_it_is_on_its_way() -> None:
    account_id = open_account("a@example.org")
    delete(account_id)
    with pytest.raises(NotFound):
        delete(account_id)
    assert deletion.count_waiting() == 1


@pytest.mark.parametrize("step", ["_leave_keycloak", "_erase", "destroy_keys"])
def test_a_worker_that_is_killed_in_any_step_leaves_what_the_next_one_finishes(
    step: str, removed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = come_by("bundid", "f:2")
    deletion_id = delete(account_id)
    with monkeypatch.context() as killed:
        killed.setattr(deletion, step, lambda *_args, **_more: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            deletion.finish_deletion(deletion_id)
    assert not deletion.finish_deletion(deletion_id), "its lease still runs"
    with as_accounts():
        AccountDeletion.objects.update(retry_at=None)
    assert deletion.finish_waiting() == 1
    assert removed == ["f:2"]
    assert not exists(account_id)
    assert store.list_scopes(account_id) == []


def test_who_comes_from_a_provider_while_the_account_goes_is_refused_and_teaches_it_nothing(removed: list[str]) -> None:
    account_id = come_by("bundid", "f:3")
    delete(account_id)
    assert come_by("bundid", "f:3", said={"family_name": "Neu"}) == account_id
    new = NewSession(site="tests", level=TrustLevel.BASIS, user_agent="x")
    assert open_session(account_id=account_id, new=new) is None


def test_keycloak_being_away_holds_up_neither_the_rows_nor_the_key(removed: list[str]) -> None:
    account_id = come_by("bundid", "f:4")
    removed.append("away")
    deletion_id = delete(account_id)
    assert not deletion.finish_deletion(deletion_id)
    assert not exists(account_id)
    with pytest.raises(Unreadable):
        get_data_key(account_id)
    removed.clear()
    with as_accounts():
        row = AccountDeletion.objects.get()
        assert (row.attempts, row.error) == (1, "keycloak_away")
        AccountDeletion.objects.update(retry_at=None)
    assert deletion.finish_waiting() == 1
    assert removed == ["f:4"]


def test_who_has_come_back_meanwhile_keeps_the_user_at_keycloak(removed: list[str]) -> None:
    account_id = come_by("bundid", "f:5")
    removed.append("away")
    deletion.finish_deletion(delete(account_id))
    removed.clear()
    assert come_by("bundid", "f:5") != account_id
    with as_accounts():
        AccountDeletion.objects.update(retry_at=None)
    assert deletion.finish_waiting() == 1
    assert removed == []


def test_towns_give_up_what_they_keep_one_by_one(
    parts: dict[str, personaldata.Part], gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    account_id = open_account("a@example.org")
    for town in (gladbeck, dorsten):
        ensure_data_key(account_id, scope=str(town.id))
    erased: list[str] = []

    def erase(_account_id: UUID) -> None:
        town = current_tenant_or_none()
        assert town is not None
        if town.slug == "gladbeck" and "trouble" not in erased:
            erased.append("trouble")
            raise ExternalTemporary("trouble")
        erased.append(town.slug)

    personaldata.register_personal_data("tests", where="town", export=lambda _id: [], erase=erase)
    assert not deletion.finish_deletion(delete(account_id))
    assert not exists(account_id)
    assert store.list_scopes(account_id) == [str(gladbeck.id)], "the one in trouble is still to be asked"
    with as_accounts():
        AccountDeletion.objects.update(retry_at=None)
    assert deletion.finish_waiting() == 1
    assert erased == ["dorsten", "trouble", "gladbeck"]
    assert store.list_scopes(account_id) == []


def test_what_the_law_keeps_stays_readable_where_it_is(
    parts: dict[str, personaldata.Part], gladbeck: TenantInfo
) -> None:
    account_id = open_account("a@example.org")
    ensure_data_key(account_id, scope=str(gladbeck.id))
    kept = personaldata.Kept("Steuerbescheid", "§ 147 AO")
    personaldata.register_personal_data(
        "tests", where="town", export=lambda _id: [], erase=lambda _id: None, list_kept=lambda _id: [kept]
    )
    assert personaldata.list_kept(account_id) == [(gladbeck.name, kept)]
    assert deletion.finish_deletion(delete(account_id))
    assert store.list_scopes(account_id) == [str(gladbeck.id)]


def test_the_owner_is_told_by_mail_without_any_of_the_data(settings: pytest.FixtureRequest) -> None:
    settings.VERBUND_MAIL = True  # type: ignore[attr-defined]
    account_id = come_by("bundid", "f:6", email="ilka@example.org", said={"family_name": "Unverwechselbar"})
    deletion.request_deletion(actor=TASK, account_id=account_id, sender=SENDER, reason=DeletionReason.UNUSED)
    with as_migration():
        assert OutgoingMail.objects.filter(kind="accounts.deleted").count() == 1


def test_a_provider_leads_to_a_new_account_afterwards(removed: list[str]) -> None:
    account_id = come_by("bundid", "f:7", bpk2="bpk2-7")
    deletion.finish_deletion(delete(account_id))
    assert come_by("bundid", "f:7", bpk2="bpk2-7") != account_id
