"""Bring a realm to its description: see what differs, then change it, as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakError

from shared_services.identity.keycloak.admin import Api, full_admin, plain_failures
from shared_services.identity.keycloak.description import DescriptionError, load_description
from shared_services.identity.keycloak.extension import require_extension
from shared_services.identity.keycloak.generation import PROVISIONER, Deployment, Wanted, build_wanted
from shared_services.identity.keycloak.introducing import find_strangers
from shared_services.identity.keycloak.known import load_rows
from shared_services.identity.keycloak.plan import Change, plan_changes
from shared_services.identity.keycloak.playkeys import with_keys
from shared_services.identity.keycloak.providers.base import ProviderEntry, read_entry
from shared_services.identity.keycloak.secrets import client_secret
from shared_services.identity.keycloak.simulators import load_cast
from tenants.errors import ExternalPermanent, InvalidInput

# Make flows → bind them → remove the old ones; one more for what a made client needs.
_MOST_ROUNDS: Final = 6


def _quietly(_change: Change) -> None:
    """Tell nobody."""


def diff_realm() -> list[Change]:
    """Return what `apply_realm` would do now; later rounds may add to it. Reads only.

    Raises: InvalidInput for a faulty description; ExternalTemporary, ExternalPermanent.
    """
    wanted = load_wanted()
    with plain_failures():
        admin = full_admin()
        require_extension(admin)
        if not _exists(admin, wanted.realm):
            return [_creation(admin, wanted)]
        return plan_changes(Api(admin), wanted)


def apply_realm(*, on_change: Callable[[Change], object] = _quietly) -> int:
    """Bring the realm to its description and return how many changes it took; none when it was there already.

    Interrupted anywhere, the same call goes on.
    Raises: as `diff_realm`; ExternalPermanent when Keycloak does not keep what it is told.
    """
    wanted = load_wanted()
    done = 0
    with plain_failures():
        admin = full_admin()
        require_extension(admin)
        if not _exists(admin, wanted.realm):
            creation = _creation(admin, wanted)
            on_change(creation)
            creation.act()
            admin = full_admin()  # a token from before knows no rights in the new realm
            done += 1
        changes = plan_changes(Api(admin), wanted)
        for _round in range(_MOST_ROUNDS):
            if not changes:
                return done
            for change in changes:
                on_change(change)
                change.act()
                done += 1
            changes = plan_changes(Api(admin), wanted)
    if not changes:
        return done
    left = ", ".join(change.what for change in changes)
    raise ExternalPermanent(
        _("Keycloak nimmt nicht alles an; übrig: {left}. Sehen Sie in das Protokoll von Keycloak.").format(left=left),
        code="keycloak_differs",
    )


def load_wanted() -> Wanted:
    """Return what the realm of this deployment shall be. Raises: InvalidInput for a faulty file."""
    deployment = Deployment(
        url=settings.VERBUND_KEYCLOAK_URL,
        realm=settings.VERBUND_KEYCLOAK_REALM,
        provisioner_secret=client_secret(PROVISIONER),
        mail=_mail(),
        providers=_providers(),
    )
    try:
        return build_wanted(load_description(), deployment)
    except DescriptionError as wrong:
        raise InvalidInput(str(wrong), code="description_faulty") from wrong


def _providers() -> tuple[ProviderEntry, ...]:
    url, realm = settings.VERBUND_KEYCLOAK_URL.rstrip("/"), settings.VERBUND_KEYCLOAK_REALM
    try:
        found = []
        if settings.VERBUND_SIMULATORS:
            found = [one.entry(url, portal_realm=realm) for one in load_cast().simulators]
        if settings.VERBUND_KEYCLOAK_PROVIDERS:
            found += [read_entry(row) for row in load_rows(settings.VERBUND_KEYCLOAK_PROVIDERS)]
        _require_known_portals()
    except DescriptionError as wrong:
        raise InvalidInput(str(wrong), code="description_faulty") from wrong
    return tuple(found)


def _require_known_portals() -> None:
    strangers = find_strangers()
    if strangers:
        raise InvalidInput(
            _(
                "Die Datei der Anbieter nennt Portale, die es hier nicht gibt: {which}. "
                "Berichtigen Sie den Kurznamen oder nehmen Sie den Eintrag heraus."
            ).format(which="; ".join(f"{alias}: {', '.join(slugs)}" for alias, slugs in strangers.items())),
            code="portals_unknown",
        )


def _mail() -> dict[str, str]:
    """Return the mail server of the portals as Keycloak takes it."""
    if not settings.EMAIL_HOST:
        return {}
    user = settings.EMAIL_HOST_USER
    mail = {
        "host": settings.EMAIL_HOST,
        "port": str(settings.EMAIL_PORT),
        "from": settings.DEFAULT_FROM_EMAIL,
        "ssl": str(settings.EMAIL_USE_SSL).lower(),
        "starttls": str(settings.EMAIL_USE_TLS).lower(),
        "auth": "true" if user else "false",
    }
    return {**mail, "user": user, "password": settings.EMAIL_HOST_PASSWORD} if user else mail


def _exists(admin: KeycloakAdmin, realm: str) -> bool:
    try:
        return bool(Api(admin, realm=realm).get(""))
    except KeycloakError as refused:
        if refused.response_code != HTTPStatus.NOT_FOUND:
            raise
        return False


def _creation(admin: KeycloakAdmin, wanted: Wanted) -> Change:
    realm = wanted.as_realm()
    if settings.VERBUND_MODE != "production":
        # What is played with is there sooner: young Java code takes seconds for keys.
        realm = with_keys(realm)
    return Change(f"Realm {wanted.realm}", ("– → neu",), lambda: admin.create_realm(realm))
