"""A thread that hears of moved generations, so that web processes need neither a query nor a poll per request.

It has a connection of its own and listens as the login role, which has no rights: a notification carries scope and
number, nothing else. While the connection is down the directory checks the database itself, so nothing is missed.
"""

from __future__ import annotations

import os
import threading
import time
from typing import Final

import psycopg
import structlog
from django.db import connections
from psycopg.conninfo import make_conninfo

from tenants.registry.generations import CHANNEL
from tenants.registry.sites import SiteDirectory, directory

log = structlog.get_logger(__name__)
_RECONNECT_SECONDS: Final = 1.0
_lock = threading.Lock()
_started_in: int | None = None


def ensure_listening() -> None:
    """Start the thread once per process; call it from the first request (after granian has forked)."""
    global _started_in  # noqa: PLW0603 -- one thread per process, guarded by the lock
    if _started_in == os.getpid():
        return
    with _lock:
        if _started_in != os.getpid():
            _started_in = os.getpid()
            threading.Thread(target=_listen_forever, args=(directory,), name="generations", daemon=True).start()


def _listen_forever(sites: SiteDirectory) -> None:
    while True:
        try:
            _listen(sites)
        except (psycopg.Error, OSError) as lost:
            log.warning("generations.listener_lost", error=type(lost).__name__)
        finally:
            sites.is_listening = False
            connections.close_all()
        time.sleep(_RECONNECT_SECONDS)


def _listen(sites: SiteDirectory) -> None:
    parameters = connections["default"].get_connection_params()
    # What is no text configures Django's own use of the driver; host, login and TLS are text.
    wanted = {name: value for name, value in parameters.items() if isinstance(value, str)}
    with psycopg.connect(make_conninfo(**{**wanted, "connect_timeout": "5"}), autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        # What moved before LISTEN took hold is read now; from here on every move is heard.
        sites.forget()
        sites.reload()
        sites.is_listening = True
        for notice in connection.notifies():
            scope, _, number = notice.payload.rpartition(":")
            sites.heard(scope, int(number))
            # A reload used this thread's own connection, which no request's end will close.
            connections.close_all()
