"""The password of an account that signs in here."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.utils.translation import gettext as _

from shared_services.accounts.book import find_by_email
from shared_services.accounts.models import CitizenAccount
from tenants.context import as_accounts
from tenants.errors import InvalidInput
from tenants.passwords import MAX_LENGTH, list_password_problems_of_words


def require_good_password(password: str, *, email: str, field: str = "password") -> None:
    """Raises: InvalidInput, with the sentences under `field`, when a rule is broken."""
    problems = list_password_problems_of_words(password, words=(email, *email.split("@")))
    if problems:
        raise InvalidInput(problems[0], code="weak_password", data={"fields": {field: problems}})


def find_by_password(*, email: str, password: str) -> CitizenAccount | None:
    """Return the active account with this address and password. Without one the same work is done: time tells nothing.

    Effects: stores the password hashed anew when the parameters of the hash have grown since.
    """
    with as_accounts():
        account = find_by_email(email)
    if not has_password(account, password) or account is None or not account.is_active:
        return None
    return account


def has_password(account: CitizenAccount | None, password: str) -> bool:
    """Whether the password is this account's, in the same time for every account and for none."""
    password = password if len(password) <= MAX_LENGTH else ""
    if account is None or not account.password:
        make_password(password)
        return False
    account_id = account.id

    def store_anew(raw: str) -> None:
        _store(account_id, make_password(raw))

    return check_password(password, account.password, store_anew)


def require_password(account_id: UUID, password: str, *, field: str = "current_password") -> None:
    """Raises: InvalidInput under `field` unless this is the password of the account; so for one without a password."""
    with as_accounts():
        account = CitizenAccount.objects.filter(id=account_id, is_active=True).first()
    if not has_password(account, password):
        sentence = _("Das Passwort stimmt nicht. Versuchen Sie es noch einmal.")
        raise InvalidInput(sentence, code="wrong_password", data={"fields": {field: [sentence]}})


def _store(account_id: UUID, encoded: str) -> None:
    with as_accounts():
        CitizenAccount.objects.filter(id=account_id).update(password=encoded)
