"""What the doctor finds of Keycloak: clients that are missing, foreign or not as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from shared_services.identity.keycloak.clients import OWNER_ATTRIBUTE, WantedClient, list_wanted
from shared_services.identity.keycloak.introducing import find_strangers, load_introductions
from shared_services.identity.keycloak.models import PortalClient
from shared_services.identity.keycloak.switch import uses_keycloak
from tenants.actors import Actor
from tenants.context import as_operator
from tenants.doctor.finding import Finding
from tenants.errors import DomainError
from tenants.registry.sites import Snapshot, directory

# What `repair_clients` puts right.
REPAIRED: Final = ("client_missing", "client_drifted")


def examine_clients() -> Iterator[Finding]:
    """Compare the clients in Keycloak with the portals of the registry. Says nothing where Keycloak is not in use."""
    if not uses_keycloak():
        return
    # The library costs time and memory, and most processes never need it.
    from shared_services.identity.keycloak.comparing import list_found  # noqa: PLC0415 -- see above

    snapshot = directory.reload()
    try:
        wanted = {one.client_id: one for one in list_wanted(snapshot)}
        found = list_found()
    except DomainError as problem:
        advice = _("Danach „verbund doctor“ noch einmal; Portale ohne Anmeldung laufen weiter.")
        yield Finding("problem", problem.code, "", problem.user_message.rstrip("."), advice)
        return
    again = _("„verbund doctor --repair“ stellt ihn her.")
    errors = _list_errors()
    for name, one in wanted.items():
        who = _slug(one, snapshot)
        if name not in found.clients:
            reason = f" ({errors[one.site]})" if one.site in errors else ""
            what = _("in Keycloak fehlt der Client {name}{reason}").format(name=name, reason=reason)
            yield Finding("problem", "client_missing", who, what, again)
            continue
        wrong = found.list_drift(one)
        if wrong:
            what = _("der Client {name} in Keycloak weicht ab: {what}").format(name=name, what=", ".join(wrong))
            yield Finding("problem", "client_drifted", who, what, again)
    for name in sorted(found.clients.keys() - wanted.keys()):
        owner = found.clients[name]["attributes"][OWNER_ATTRIBUTE]
        what = _("Der Client {name} in Keycloak gehört zu keinem Portal ({owner})").format(name=name, owner=owner)
        yield Finding("problem", "client_foreign", "", what, _("„verbund identity clients --repair“ entfernt ihn."))


def repair_clients(actor: Actor) -> list[str]:
    """Make and change clients in Keycloak until all are as the registry wants; return what was done.

    A client that belongs to no portal is somebody's to look at first. What Keycloak refuses stays, and the next look
    names it. Raises: as `services.settle_clients`.
    """
    from shared_services.identity.keycloak.services import settle_clients  # noqa: PLC0415 -- as above

    settled = settle_clients(actor=actor, repairs=True, removes_strays=False)
    return [
        *(_("Client {name} in Keycloak eingerichtet.").format(name=name) for name in settled.done),
        *(_("Client {name} aus Keycloak entfernt.").format(name=name) for name in settled.removed),
    ]


def examine_introductions() -> Iterator[Finding]:
    """Look at what the file with the identity providers says of portals: faults, and names that no portal has."""
    if not uses_keycloak():
        return
    from shared_services.identity.keycloak.description import DescriptionError  # noqa: PLC0415 -- see above

    try:
        load_introductions()
        strangers = find_strangers()
    except DescriptionError as wrong:
        what = _("Die Datei der Anbieter ist fehlerhaft ({fault}): Portale nennen dort weder Namen noch Kennung")
        advice = _("Berichtigen Sie die Datei, prüfen Sie sie mit „verbund identity diff“ und starten Sie neu.")
        yield Finding("problem", "providers_faulty", "", what.format(fault=wrong), advice)
        return
    for alias, slugs in strangers.items():
        what = _("Die Datei der Anbieter nennt bei {provider} Portale, die es hier nicht gibt: {which}")
        advice = _("Berichtigen Sie den Kurznamen oder nehmen Sie den Eintrag heraus.")
        yield Finding("problem", "portals_unknown", "", what.format(provider=alias, which=", ".join(slugs)), advice)


def _list_errors() -> dict[str, str]:
    with as_operator():
        return dict(PortalClient.objects.exclude(error="").values_list("site", "error"))


def _slug(wanted: WantedClient, snapshot: Snapshot) -> str:
    kind, _colon, name = wanted.site.partition(":")
    return snapshot.tenants_by_id[UUID(name)].slug if kind == "tenant" else ""
