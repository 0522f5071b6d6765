"""Write accounts of the IT providers' people."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.accounts import AccountInfo, normal_email
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.authentication import OwnAccounts
from tenants.authentication import authenticate as _authenticate
from tenants.context import as_migration, as_operator
from tenants.errors import InvalidInput, NotAllowed, NotFound
from tenants.factors import OwnFactors
from tenants.keystore.sealing import ACCOUNT_SCOPE
from tenants.mail.senders import Sender, operator_sender
from tenants.operators.models import OperatorAccount
from tenants.operators.policies import can_enter_console
from tenants.operators.selectors import account_info
from tenants.ownpasskeys import OwnPasskeys
from tenants.passwords import require_good_initial_password
from tenants.registry.models import Operator
from tenants.registry.sites import OperatorInfo


def _sender(account: OperatorAccount) -> Sender:
    row = account.operator
    return operator_sender(OperatorInfo(id=row.id, slug=row.slug, name=row.name, phone=row.phone, email=row.email))


_OWN: Final = OwnAccounts(
    rows=lambda: OperatorAccount.objects.select_related("operator"),
    may=can_enter_console,
    info=account_info,
    sender=_sender,
    prefix="operator",
    refusal=gettext_lazy("Ihr Zugang gilt nicht mehr. Wenden Sie sich an Ihren IT-Dienstleister."),
)
change_password = _OWN.change_password
end_sessions = _OWN.end_sessions
note_signed_in = _OWN.note_signed_in
require_password = _OWN.require_password
set_mail_choices = _OWN.set_mail_choices
FACTORS: Final = OwnFactors(own=_OWN, scope=lambda: ACCOUNT_SCOPE)
PASSKEYS: Final = OwnPasskeys(factors=FACTORS)


def authenticate(*, email: str, password: str) -> AccountInfo | None:
    """Return the operators' active account with this e-mail and password, or None. See `tenants.authentication`."""
    return _authenticate(accounts=OperatorAccount.objects.all(), email=email, password=password, info=account_info)


def create_operator_account(
    *, actor: Actor, operator_slug: str, email: str, name: str, password: str | None = None
) -> AccountInfo:
    """Create an account for a person of an IT provider. For commands and the demo: the console has no right to it.

    Without a password nobody can sign in until an invitation is used (`invitations`). Run again it leaves an account
    with this e-mail as it is.

    Raises: NotAllowed unless the system acts; NotFound for an unknown provider; InvalidInput (`email`, `password`).
    """
    if actor.kind != "system":
        raise NotAllowed(_("Zugänge zur Konsole legt man mit dem Befehl „verbund“ an."))
    address = normal_email(email)
    try:
        validate_email(address)
    except ValidationError as wrong:
        message = _("„{email}“ ist keine E-Mail-Adresse.").format(email=address)
        raise InvalidInput(message, data={"fields": {"email": [message]}}) from wrong
    with as_migration(), transaction.atomic():
        operator = Operator.objects.filter(slug=operator_slug).first()
        if operator is None:
            raise NotFound(_("Den IT-Dienstleister „{slug}“ gibt es nicht.").format(slug=operator_slug))
        existing = OperatorAccount.objects.filter(email=address).first()
        if existing is not None:
            return _same_operator(existing, operator)
        account = OperatorAccount(email=address, name=name.strip(), operator=operator)
        if password is None:
            account.set_unusable_password()
        else:
            require_good_initial_password(password, owner=account)
            account.set_password(password)
        account.save(force_insert=True)
        with as_operator():
            record(
                actor=actor,
                action="operator.created",
                subject=f"operator:{account.id}",
                data={"operator": operator_slug},
            )
        return account_info(account)


def deactivate(*, actor: Actor, email: str) -> None:
    """End a person's access to the console at once.

    Effects: ends all sessions of the account.
    Raises: NotAllowed unless the system acts; NotFound.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Zugänge zur Konsole beendet man mit dem Befehl „verbund“."))
    with as_operator(), transaction.atomic():
        account = _locked(email)
        account.is_active = False
        _OWN.end_sessions_of(account, "is_active")
        record(actor=actor, action="operator.deactivated", subject=f"operator:{account.id}")


def reset_factor(*, actor: Actor, email: str) -> None:
    """Take a person's lost second factor away: the person sets up a new one by a new link (`invite_operator`).

    Effects: ends all sessions of the account; the person gets a mail. Without a factor nothing happens.
    Raises: NotAllowed unless the system acts; NotFound.
    """
    if actor.kind != "system":
        raise NotAllowed(_("Den zweiten Faktor eines Zugangs zur Konsole setzt man mit dem Befehl „verbund“ zurück."))
    with as_operator(), transaction.atomic():
        FACTORS.reset(actor=actor, account=_locked(email))


def _locked(email: str) -> OperatorAccount:
    rows = OperatorAccount.objects.select_for_update(of=("self",)).select_related("operator")
    account = rows.filter(email=normal_email(email)).first()
    if account is None:
        raise NotFound(_("Diesen Zugang gibt es nicht."))
    return account


def _same_operator(account: OperatorAccount, operator: Operator) -> AccountInfo:
    if account.operator_id != operator.id:
        message = _("Diese E-Mail-Adresse hat schon einen Zugang bei einem anderen IT-Dienstleister.")
        raise InvalidInput(message, data={"fields": {"email": [message]}})
    return account_info(account)
