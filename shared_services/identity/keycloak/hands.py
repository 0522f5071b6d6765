"""Several calls to Keycloak at once: each thread has a connection of its own, and none touches the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Self

from shared_services.identity.keycloak.admin import Api, plain_failures, realm_admin
from shared_services.identity.keycloak.portalclients import PortalClients
from tenants.errors import DomainError, ExternalTemporary

Job = Callable[[PortalClients], str]
# What a job returned, why it failed, or None where it was not begun: Keycloak was away by then.
Outcome = str | DomainError | None


class Hands:
    """A few threads for a run. Use it in a `with` block."""

    def __init__(self, count: int) -> None:
        """Take this many; a thread is started when it is needed."""
        self._pool = ThreadPoolExecutor(max_workers=count, thread_name_prefix="keycloak")
        self._own = threading.local()
        self._is_away = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def do(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Do all of them and return the outcomes in their order. Once Keycloak is away no other is begun."""
        # Each in a copy of the context: messages come in the language of whoever waits.
        running = [self._pool.submit(copy_context().run, self._do, job) for job in jobs]
        return [one.result() for one in running]

    def _do(self, job: Job) -> Outcome:
        if self._is_away.is_set():
            return None
        try:
            with plain_failures():
                if not hasattr(self._own, "clients"):
                    self._own.clients = PortalClients(Api(realm_admin()))
                return job(self._own.clients)
        except DomainError as problem:
            if isinstance(problem, ExternalTemporary):
                self._is_away.set()
            return problem
