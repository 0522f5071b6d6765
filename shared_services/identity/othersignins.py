"""A person's sign-ins at Keycloak on other devices: ended by a task, at once or as soon as Keycloak answers."""

from __future__ import annotations

import time

import structlog
from kombu.exceptions import OperationalError

from shared_services.accounts.signouts import WaitingSignOut
from shared_services.identity.keycloak.tasks import grant_wishes
from shared_services.identity.signouts import note_waiting
from tenants.errors import ExternalTemporary

log = structlog.get_logger(__name__)


def end_others(subject: str, *, only: str = "", but: str = "") -> None:
    """Have somebody's sign-ins ended that have begun by now: all, `only` one, or all `but` one.

    Nothing for nobody: without the key store a session cannot say whose it is there.
    Effects: without the key store, which keeps what waits, they go on; the log says so.
    """
    if not subject:
        return
    try:
        note_waiting(WaitingSignOut(subject=subject, until=time.time(), only=only, but=but))
        grant_wishes.delay()
    except ExternalTemporary as lost:
        log.warning("keycloak.sign_out_not_kept", code=lost.code)
    except OperationalError:
        log.warning("keycloak.sign_out_waits")  # for the beat
