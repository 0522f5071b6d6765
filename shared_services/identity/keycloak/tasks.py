"""Clients of portals and links that people ask for, in the background: at once, and by the beat for what was left."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog
from celery import shared_task

from shared_services.accounts.signouts import finish_sign_out
from shared_services.accounts.wishes import Wish, grant_wish, list_waiting
from shared_services.identity.keycloak.switch import uses_keycloak
from shared_services.identity.signouts import end_put_off
from tenants.actors import system_actor
from tenants.errors import DomainError, ExternalTemporary

log = structlog.get_logger(__name__)


@shared_task(name="shared_services.identity.keycloak.tasks.settle")  # type: ignore[untyped-decorator]  # Celery ships no types
def settle() -> int:
    """Bring clients in Keycloak in step with the registry and return how many there were to do.

    While Keycloak is away the beat tries again.
    """
    if not uses_keycloak():
        return 0
    # The library costs time and memory, and most processes never need it.
    from shared_services.identity.keycloak.services import settle_clients  # noqa: PLC0415 -- see above

    try:
        settled = settle_clients(actor=system_actor("Keycloak"), is_hurried=False)
    except ExternalTemporary as away:
        log.warning("keycloak.away", code=away.code)
        return 0
    return len(settled.done) + len(settled.removed)


@shared_task(name="shared_services.identity.keycloak.tasks.grant_wishes", acks_late=True)  # type: ignore[untyped-decorator]  # as above
def grant_wishes() -> int:
    """Have the links sent that people have asked for, and sign-ins ended; return how many wishes were granted.

    While Keycloak is away they wait. One that it refuses holds up no other.
    """
    if not uses_keycloak():
        return 0
    waiting = list_waiting()
    if not waiting:
        return 0
    count = 0
    # As above.
    from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin  # noqa: PLC0415
    from shared_services.identity.keycloak.linkmails import LinkMails  # noqa: PLC0415

    def grant(wish: Wish) -> None:
        try:
            with plain_failures():
                keycloak.grant(wish)
        except DomainError as refused:
            if refused.code == "keycloak_away" or not wish.is_old:
                raise
            log.warning("keycloak.wish_given_up", kind=wish.kind, code=refused.code)

    try:
        done = [one for one in waiting if finish_sign_out(one, end=end_put_off)]
        waiting, count = [one for one in waiting if one not in done], len(done)
        if not waiting:
            return count
        with plain_failures():
            keycloak = LinkMails(Api(realm_admin()))
        for wish_id in waiting:
            count += _granted(wish_id, grant)
    except ExternalTemporary as away:
        log.warning("keycloak.away", code=away.code)
    return count


@shared_task(name="shared_services.identity.keycloak.tasks.remove_unopened")  # type: ignore[untyped-decorator]  # as above
def remove_unopened() -> int:
    """Remove users at Keycloak whose link nobody has followed; return how many. What fails waits for the next time."""
    if not uses_keycloak():
        return 0
    # As above.
    from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin  # noqa: PLC0415
    from shared_services.identity.keycloak.linkmails import LinkMails  # noqa: PLC0415

    try:
        with plain_failures():
            return LinkMails(Api(realm_admin())).remove_unopened()
    except ExternalTemporary as away:
        log.warning("keycloak.away", code=away.code)
        return 0


def _granted(wish_id: UUID, grant: Callable[[Wish], None]) -> int:
    try:
        return int(grant_wish(wish_id, grant=grant))
    except DomainError as refused:
        if refused.code == "keycloak_away":
            raise
        log.warning("keycloak.wish_waits", code=refused.code)
        return 0
