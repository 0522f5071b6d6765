"""The second factor of those who sign in at Keycloak: which one counts, and who may set one up.

The first one is set up in a sign-in that a link began, and at no other time: whoever has stolen a password can set one
up at Keycloak, too. So each place remembers the one that its link led to. Whoever has a second factor at Keycloak
has to show it before the next one, by Keycloak's own rule; so what is added to one that counts, counts.
"""

from __future__ import annotations

from typing import Final, NoReturn

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from shared_services.identity import secondfactor
from shared_services.identity.keycloak import userfactors
from shared_services.identity.refusals import note_refusal
from shared_services.identity.staff_oidc.links import list_known_factors, remember_factors
from shared_services.identity.staff_oidc.places import Place
from tenants.accounts import AccountInfo
from tenants.actors import ANONYMOUS
from tenants.audit.services import record
from tenants.errors import NotAllowed

log = structlog.get_logger(__name__)

# What Keycloak is asked to have the person do: nothing stays behind there when the browser goes away.
SET_UP: Final = {"kc_action": "CONFIGURE_TOTP"}
SHOW: Final = {"acr_values": "zwei-faktor"}


def require_known(place: Place, account: AccountInfo, *, subject: str) -> list[str]:
    """Return the second factors of a person, of which one is known here.

    Effects: an audit entry where it is not. Raises: NotAllowed; ExternalTemporary; ExternalPermanent.
    """
    present = userfactors.list_factors(subject)
    if not present:
        _refuse(account, secondfactor.no_factor(account).user_message, code="no_factor")
    if list_known_factors(place, subject).isdisjoint(present):
        why = _("Der zweite Faktor Ihres Kontos beim Anmeldedienst gilt hier nicht: Kein Link hat dorthin geführt.")
        _refuse(account, f"{why} {secondfactor.whom_to_ask(account)}", code="factor_unknown")
    return present


def require_one(subject: str) -> list[str]:
    """Return the second factor that was just set up by a link: one, for there was none before.

    With two at once nobody knows whose is whose: both go. Raises: NotAllowed; ExternalTemporary; ExternalPermanent.
    """
    present = userfactors.list_factors(subject)
    if not present:
        why = _("Sie haben den zweiten Faktor noch nicht eingerichtet. Öffnen Sie dafür Ihren Link noch einmal.")
        _refuse(None, why, code="no_factor")
    if len(present) > 1:
        userfactors.remove_factors(subject)
        _refuse(
            None,
            _(
                "Während Sie den zweiten Faktor eingerichtet haben, kam ein anderer dazu. Beide sind entfernt. Ändern "
                "Sie beim Anmeldedienst Ihr Passwort, und öffnen Sie dann Ihren Link noch einmal."
            ),
            code="factors_at_once",
        )
    return present


def keep(place: Place, subject: str, present: list[str]) -> None:
    """Remember which second factors count here, one of them having been shown."""
    if list_known_factors(place, subject) != frozenset(present):
        remember_factors(place, subject, present)


def _refuse(account: AccountInfo | None, message: str, *, code: str) -> NoReturn:
    with transaction.atomic():
        subject = account.subject if account is not None else ""
        record(actor=ANONYMOUS, action="auth.refused", subject=subject, data={"reason": code})
    note_refusal("factor_missing", kind=account.kind if account is not None else "")
    log.warning("keycloak.work_refused", reason=code)
    raise NotAllowed(message, code=code)
