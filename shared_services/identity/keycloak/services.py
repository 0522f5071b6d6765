"""Keep the portals' clients in Keycloak in step with the registry.

What shall be is computed from the registry; what has been done stands in a row for each portal. So it does not matter
what was interrupted when: the next run does what is left. Keycloak is asked only for portals whose print has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin
from shared_services.identity.keycloak.clients import OWNER_ATTRIBUTE, WantedClient, list_wanted
from shared_services.identity.keycloak.comparing import find_in
from shared_services.identity.keycloak.hands import Hands, Job
from shared_services.identity.keycloak.models import DONE, WAITING, PortalClient
from shared_services.identity.keycloak.portalclients import PortalClients
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_operator
from tenants.errors import DomainError, ExternalTemporary, NotAllowed
from tenants.registry.sites import directory

log = structlog.get_logger(__name__)

_FIRST_RETRY_SECONDS: Final = 30
_LAST_RETRY_SECONDS: Final = 3600
# So many calls of each hand go into one transaction: a killed run leaves no more than these to be looked at again.
_ROUNDS: Final = 4


@dataclass
class Settled:
    """What a run did: names of clients made or changed, of removed ones, and refusals by name."""

    done: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: dict[str, DomainError] = field(default_factory=dict)


def settle_clients(
    *, actor: Actor, is_hurried: bool = True, repairs: bool = False, removes_strays: bool = True
) -> Settled:
    """Make, change and remove clients and organisations until Keycloak has what the registry wants.

    As many calls at once as VERBUND_KEYCLOAK_CONCURRENCY says; several runs share the work. `is_hurried` tries at once
    what a failed attempt has put off. `repairs` first looks at every client and organisation in Keycloak: what somebody
    changed there is put right and, unless told otherwise, what belongs to no portal removed.
    Effects: an audit entry for each client.
    Raises: NotAllowed unless a command or task acts; ExternalTemporary when Keycloak is away: what is left waits;
    ExternalPermanent without settings.
    """
    _require_system(actor)
    directory.reload()
    wanted = {one.site: one for one in list_wanted(directory.snapshot())}
    with plain_failures():
        keycloak = PortalClients(Api(realm_admin()))
    _note_wanted(wanted.values())
    count = max(1, settings.VERBUND_KEYCLOAK_CONCURRENCY)
    with Hands(count) as hands:
        work = _Work(actor, keycloak, hands, Settled())
        if repairs:
            with plain_failures():
                work.note_drift(wanted, removes_strays=removes_strays)
        for due in _list_due(wanted, is_hurried=is_hurried):
            for sites in _batches(due, _ROUNDS * count):
                work.settle(sites, wanted)
    return work.settled


def _note_wanted(wanted: Iterable[WantedClient]) -> None:
    """Write a row for each portal that has none."""
    with as_operator(), transaction.atomic():
        known = set(PortalClient.objects.values_list("site", flat=True))
        rows = [PortalClient(site=one.site, client_id=one.client_id) for one in wanted if one.site not in known]
        PortalClient.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _list_due(wanted: dict[str, WantedClient], *, is_hurried: bool) -> tuple[list[str], list[str]]:
    """Return the sites with work left: removals first, so that a name is free for who comes after."""
    with as_operator():
        rows = PortalClient.objects.order_by("id")
        if not is_hurried:
            rows = rows.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=timezone.now()))
        states = list(rows.values_list("site", "applied"))
    gone = [site for site, _applied in states if site not in wanted]
    return gone, [site for site, applied in states if site in wanted and applied != wanted[site].print]


@dataclass(frozen=True)
class _Work:
    """One run: who acts, Keycloak, the hands that work there at once, and what has been done so far."""

    actor: Actor
    keycloak: PortalClients
    hands: Hands
    settled: Settled

    def note_drift(self, wanted: dict[str, WantedClient], *, removes_strays: bool) -> None:
        """Have what somebody changed or removed made again; remove clients of ours that belong to no portal."""
        by_name = {one.client_id: one for one in wanted.values()}
        found = find_in(self.keycloak)
        wrong = [name for name, one in by_name.items() if name not in found.clients or found.list_drift(one)]
        with as_operator():
            PortalClient.objects.filter(client_id__in=wrong).update(state=WAITING, applied="")
            known = set(PortalClient.objects.values_list("client_id", flat=True))
        for name in sorted(found.clients.keys() - known) if removes_strays else ():
            owner = found.clients[name]["attributes"][OWNER_ATTRIBUTE]
            self.keycloak.remove(client_id=name, site=owner, organisation_id="")
            with as_operator(), transaction.atomic():
                self._record(name, "auth.client_removed")
            self.settled.removed.append(name)

    def settle(self, sites: Sequence[str], wanted: Mapping[str, WantedClient]) -> None:
        """Do some portals' work in a transaction that holds their rows; a refusal is noted and holds up no other.

        Raises: ExternalTemporary.
        """
        problems: dict[str, DomainError] = {}
        with as_operator(), transaction.atomic():
            # What another run holds is its own; what it has done meanwhile is done.
            rows = PortalClient.objects.select_for_update(skip_locked=True).filter(site__in=sites).order_by("id")
            due = [row for row in rows if row.site not in wanted or row.applied != wanted[row.site].print]
            for row, outcome in zip(due, self.hands.do([_job(row, wanted) for row in due]), strict=True):
                if isinstance(outcome, DomainError):
                    problems[row.site] = outcome
                elif outcome is not None:
                    self._note(row, wanted.get(row.site), organisation_id=outcome)
        for site, problem in problems.items():
            _note_failure(site, problem)
        self.settled.refused.update(
            {site: problem for site, problem in problems.items() if not isinstance(problem, ExternalTemporary)}
        )
        for problem in problems.values():
            if isinstance(problem, ExternalTemporary):
                raise problem

    def _note(self, row: PortalClient, wanted: WantedClient | None, *, organisation_id: str) -> None:
        """Write down what Keycloak has now, in the running transaction."""
        if wanted is None:
            self._record(row.client_id, "auth.client_removed")
            row.delete()
            self.settled.removed.append(row.client_id)
            return
        is_new = not row.applied
        row.client_id, row.organisation_id = wanted.client_id, organisation_id
        row.applied, row.state, row.done_at = wanted.print, DONE, timezone.now()
        row.attempts, row.error, row.retry_at = 0, "", None
        row.save()
        self._record(row.client_id, "auth.client_made" if is_new else "auth.client_changed")
        self.settled.done.append(row.client_id)

    def _record(self, client_id: str, action: str) -> None:
        record(actor=self.actor, action=action, subject=f"client:{client_id}", data={"client": client_id})


def _job(row: PortalClient, wanted: Mapping[str, WantedClient]) -> Job:
    """Return what has to happen at Keycloak for a portal: made or changed, or removed where nothing wants it."""
    one = wanted.get(row.site)
    if one is not None:
        return lambda keycloak: keycloak.ensure(one)
    client_id, site, organisation_id = row.client_id, row.site, row.organisation_id

    def remove(keycloak: PortalClients) -> str:
        keycloak.remove(client_id=client_id, site=site, organisation_id=organisation_id)
        return ""

    return remove


def _batches(sites: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(sites), size):
        yield sites[start : start + size]


def _note_failure(site: str, problem: DomainError) -> None:
    with as_operator(), transaction.atomic():
        row = PortalClient.objects.select_for_update().filter(site=site).first()
        if row is None:
            return
        row.attempts += 1
        row.error = problem.user_message[:300]
        seconds = min(_FIRST_RETRY_SECONDS * 2 ** min(row.attempts - 1, 10), _LAST_RETRY_SECONDS)
        row.retry_at = timezone.now() + timedelta(seconds=seconds)
        row.save(update_fields=["attempts", "error", "retry_at"])
    log.warning("keycloak.client_not_settled", site=site, code=problem.code)


def _require_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotAllowed(_("Clients in Keycloak richtet der Betrieb der Plattform ein."))
