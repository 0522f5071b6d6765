"""Which releases are running now, and what they read: told by every process that serves pages or tasks.

A contract step takes away what only older releases use. Its author says which; this table knows whether one of them
still runs somewhere.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

import structlog
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.models import QuerySet
from django.db.models.functions import Now

from tenants.context import as_migration, as_umbrella
from tenants.ids import uuid7
from tenants.provisioning.graph import tenant_graph
from tenants.rollout.models import RunningProcess
from tenants.router import app_labels

log = structlog.get_logger(__name__)

ProcessKind = Literal["web", "worker"]

_EVERY_SECONDS: Final = 30.0
# A process that was not heard of for three rounds has ended.
_GONE_SECONDS: Final = 3 * _EVERY_SECONDS
_FORGOTTEN_SECONDS: Final = 3600.0

_lock = threading.Lock()
_started_in: int | None = None


def ensure_reporting(kind: ProcessKind) -> None:
    """Start the thread that tells of this process, once per process; call it after a server has forked."""
    global _started_in  # noqa: PLW0603 -- one thread per process, guarded by the lock
    if _started_in == os.getpid():
        return
    with _lock:
        if _started_in != os.getpid():
            threading.Thread(target=_report_forever, args=(kind,), name="running", daemon=True).start()
            _started_in = os.getpid()


def _report_forever(kind: ProcessKind) -> None:
    process_id = uuid7()
    pause = threading.Event()
    while True:
        _try_to_report(process_id, kind)
        pause.wait(_EVERY_SECONDS)


def _try_to_report(process_id: UUID, kind: ProcessKind) -> None:
    try:
        try:
            report(process_id, kind)
        finally:
            connections.close_all()
    except Exception as problem:  # noqa: BLE001 -- a thread that ends makes a process that runs look like none
        log.warning("running.not_told", error=type(problem).__name__)


def report(process_id: UUID, kind: ProcessKind) -> None:
    """Tell that this process runs, and forget those that have not been heard of for an hour.

    By the clock of the database: those of the machines that processes run on may differ by more than a round.
    """
    with as_umbrella():
        RunningProcess.objects.update_or_create(
            id=process_id,
            defaults={
                "kind": kind,
                "host": socket.gethostname()[:200],
                "pid": os.getpid(),
                "version": tenant_graph().version,
                "reads": read_columns(),
                "seen_at": Now(),
            },
        )
        RunningProcess.objects.filter(seen_at__lt=Now() - timedelta(seconds=_FORGOTTEN_SECONDS)).delete()


def read_columns() -> dict[str, list[str]]:
    """Return the columns that this process's models read in a tenant's schema, by table."""
    labels = app_labels(settings.TENANT_APPS)
    return {
        model._meta.db_table: sorted(field.column for field in model._meta.concrete_fields if field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels
    }


def list_readers(gone: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return which running processes read what goes: "table.column" or "table" → names of processes.

    `gone`: (table, column) pairs; an empty column means the whole table.
    """
    with as_migration():
        running = list(_running())
    found: dict[str, list[str]] = {}
    for table, column in gone:
        readers = [
            str(one) for one in running if (column in one.reads.get(table, []) if column else table in one.reads)
        ]
        if readers:
            found[f"{table}.{column}" if column else table] = readers
    return found


def list_versions() -> dict[str, list[str]]:
    """Return the versions whose code is running now, each with the names of its processes."""
    found: dict[str, list[str]] = {}
    with as_migration():
        for one in _running().defer("reads"):
            found.setdefault(one.version, []).append(str(one))
    return found


def _running() -> QuerySet[RunningProcess]:
    since = Now() - timedelta(seconds=_GONE_SECONDS)
    return RunningProcess.objects.filter(seen_at__gte=since).order_by("host", "pid")
