"""Write accounts of the shared catalogue's editors. Links to set a password lie in `invitations`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

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
from tenants.context import as_operator
from tenants.editors.models import EditorAccount, EditorScope
from tenants.editors.policies import can_enter_editing, can_manage_editors
from tenants.editors.scopes import Scope, checked_roles, checked_scopes, format_scope
from tenants.editors.selectors import account_info, with_scopes
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.factors import OwnFactors
from tenants.keystore.sealing import ACCOUNT_SCOPE
from tenants.mail.senders import region_sender
from tenants.ownpasskeys import OwnPasskeys
from tenants.passwords import require_good_initial_password
from tenants.registry.models import Region
from tenants.registry.sites import directory

_NAME_LENGTH: Final = 200
_OWN: Final = OwnAccounts(
    rows=lambda: EditorAccount.objects.select_related("region"),
    may=can_enter_editing,
    info=account_info,
    sender=lambda account: region_sender(directory.snapshot().regions[account.region.slug]),
    prefix="editor",
    refusal=gettext_lazy("Ihr Zugang gilt nicht mehr. Wenden Sie sich an Ihren IT-Dienstleister."),
)
change_password = _OWN.change_password
end_sessions = _OWN.end_sessions
note_signed_in = _OWN.note_signed_in
require_password = _OWN.require_password
set_mail_choices = _OWN.set_mail_choices
stop_reminders = _OWN.stop_reminders
FACTORS: Final = OwnFactors(own=_OWN, scope=lambda: ACCOUNT_SCOPE)
PASSKEYS: Final = OwnPasskeys(factors=FACTORS)


def authenticate(*, email: str, password: str, region: str) -> AccountInfo | None:
    """Return the region's active account with this e-mail and password, or None. See `tenants.authentication`."""
    accounts = EditorAccount.objects.filter(region__slug=region)
    return _authenticate(accounts=accounts, email=email, password=password, info=account_info)


def create_editor(
    *,
    actor: Actor,
    region_slug: str,
    email: str,
    name: str,
    roles: Collection[str],
    scopes: Collection[Scope],
    password: str | None = None,
) -> AccountInfo:
    """Create an account for an editor of a region; without a password nobody can sign in until an invitation is used.

    A password is for commands and the demo. Run again it leaves an account of this region with this e-mail as it is.

    Raises: NotFound for an unknown region or one of another provider; Conflict for an account elsewhere; NotAllowed;
    InvalidInput (fields `email`, `name`, `roles`, `scopes`, `password`).
    """
    address, shown_name = _checked_email(email), _checked_name(name)
    wanted_roles = checked_roles(roles)
    if password is not None and actor.kind != "system":
        raise NotAllowed(_("Wer eingeladen ist, wählt das Passwort selbst."))
    with as_operator(), transaction.atomic():
        region = _managed_region(actor, region_slug)
        wanted = checked_scopes(scopes, actor=actor, region_slug=region.slug, area_prefixes=region.area_prefixes)
        existing = with_scopes().filter(email=address).first()
        if existing is not None:
            return _same_region(existing, region)
        account = EditorAccount(email=address, name=shown_name, region=region, roles=wanted_roles)
        if password is None:
            account.set_unusable_password()
        else:
            require_good_initial_password(password, owner=account)
            account.set_password(password)
        account.save(force_insert=True)
        _replace_scopes(account, wanted)
        data = {"region": region.slug, "roles": wanted_roles, "scopes": [format_scope(one) for one in wanted]}
        record(actor=actor, action="editor.created", subject=f"editor:{account.id}", data=data)
        return account_info(account)


def set_rights(*, actor: Actor, account_id: UUID, roles: Collection[str], scopes: Collection[Scope]) -> AccountInfo:
    """Give an editor other roles and scopes. Scopes that the actor may not give stay as they are.

    Effects: ends all sessions of the account.
    Raises: NotFound; InvalidInput (fields `roles`, `scopes`).
    """
    wanted_roles = checked_roles(roles)
    with as_operator(), transaction.atomic():
        account = _managed_account(actor, account_id)
        region = account.region
        kept = _out_of_reach(actor, account)
        asked = set(scopes) - kept
        given = (
            checked_scopes(asked, actor=actor, region_slug=region.slug, area_prefixes=region.area_prefixes)
            if asked or not kept
            else []
        )
        before = account_info(account)
        account.roles = wanted_roles
        account.session_epoch += 1
        account.save(update_fields=["roles", "session_epoch"])
        _replace_scopes(account, [*kept, *given])
        after = account_info(with_scopes().get(id=account.id))
        data = {"before": _rights(before), "after": _rights(after)}
        record(actor=actor, action="editor.rights_changed", subject=f"editor:{account.id}", data=data)
    return after


def deactivate(*, actor: Actor, account_id: UUID) -> None:
    """End an editor's access at once.

    Effects: ends all sessions of the account; its invitations open nothing any more.
    Raises: NotFound.
    """
    _set_active(actor, account_id, is_active=False, action="editor.deactivated")


def reactivate(*, actor: Actor, account_id: UUID) -> None:
    """Let an editor in again, with the rights and the password from before.

    Raises: NotFound.
    """
    _set_active(actor, account_id, is_active=True, action="editor.reactivated")


def reset_factor(*, actor: Actor, account_id: UUID) -> None:
    """Take an editor's lost second factor away: the person sets up a new one by a new link (`invite_editor`).

    Effects: ends all sessions of the account; the person gets a mail. Without a factor nothing happens.
    Raises: NotFound.
    """
    with as_operator(), transaction.atomic():
        FACTORS.reset(actor=actor, account=_managed_account(actor, account_id))


def _managed_region(actor: Actor, slug: str) -> Region:
    region = Region.objects.filter(slug=slug).first()
    if region is None or not can_manage_editors(actor, operator_id=region.operator_id):
        raise NotFound(_("Die Portalregion „{slug}“ gibt es nicht.").format(slug=slug))
    return region


def _managed_account(actor: Actor, account_id: UUID) -> EditorAccount:
    rows = EditorAccount.objects.select_for_update(of=("self",)).select_related("region")
    account = rows.filter(id=account_id).first()
    if account is None or not can_manage_editors(actor, operator_id=account.region.operator_id):
        raise NotFound(_("Diesen Zugang gibt es nicht."))
    return account


def _set_active(actor: Actor, account_id: UUID, *, is_active: bool, action: str) -> None:
    with as_operator(), transaction.atomic():
        account = _managed_account(actor, account_id)
        account.is_active = is_active
        account.session_epoch += 1
        account.save(update_fields=["is_active", "session_epoch"])
        record(actor=actor, action=action, subject=f"editor:{account.id}")


def _out_of_reach(actor: Actor, account: EditorAccount) -> set[Scope]:
    """Return the scopes that only commands of the deployment give and take."""
    if actor.kind == "system":
        return set()
    return {(scope.layer, scope.area) for scope in account.scopes.all() if scope.layer in {"federation", "state"}}


def _replace_scopes(account: EditorAccount, scopes: Collection[Scope]) -> None:
    account.scopes.all().delete()
    EditorScope.objects.bulk_create(EditorScope(account=account, layer=layer, area=area) for layer, area in scopes)


def _rights(account: AccountInfo) -> dict[str, list[str]]:
    return {"roles": sorted(account.roles), "scopes": sorted(format_scope(scope) for scope in account.scopes)}


def _same_region(account: EditorAccount, region: Region) -> AccountInfo:
    if account.region_id != region.id:
        message = _("Diese E-Mail-Adresse hat schon einen Zugang in einer anderen Region. Nehmen Sie eine andere.")
        raise Conflict(message, code="account_exists", data={"fields": {"email": [message]}})
    return account_info(account)


def _checked_email(given: str) -> str:
    address = normal_email(given)
    try:
        validate_email(address)
    except ValidationError as wrong:
        message = _("„{email}“ ist keine E-Mail-Adresse.").format(email=address)
        raise InvalidInput(message, data={"fields": {"email": [message]}}) from wrong
    return address


def _checked_name(given: str) -> str:
    name = " ".join(given.split())
    if not name or len(name) > _NAME_LENGTH:
        message = _("Geben Sie Ihren Vor- und Nachnamen an.")
        raise InvalidInput(message, data={"fields": {"name": [message]}})
    return name
