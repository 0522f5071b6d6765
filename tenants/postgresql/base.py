"""Django's PostgreSQL backend, with schema and role of `tenants.context` set before every statement that needs it.

A connection's session on the server is recycled when it has seen as many schemas as it may: at the end of a request or
task, and between two statements of a long loop when nothing would be lost with it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.utils import InterfaceError, ProgrammingError
from psycopg.pq import TransactionStatus

from tenants.context import Identity, current_identity
from tenants.postgresql.pool import SharedConnections, make_pool
from tenants.postgresql.pooler import require_own_session
from tenants.postgresql.session import UNKNOWN, Session, end_on_server, has_news, holds_something, session_of
from tenants.postgresql.signals import connection_awaited, connection_opened, connection_recycled

# No role of its own and no rights: whoever forgets the tenant is refused by the database.
_NOBODY = "SET search_path TO ''; SET ROLE NONE"
_HINT = "No tenant is set: wrap the call in tenants.context.in_tenant (or as_umbrella, as_operator)."
# A thread that got its connection sooner did not wait for another one's.
_WAIT_SECONDS = 0.001


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that always speaks as the identity of the running context.

    `SET` is transactional in PostgreSQL: a rollback, also one to a savepoint, takes it back. So after any rollback
    or failed commit what the server has is unknown, and is sent again before the next statement. What is known is kept
    with the raw connection (`tenants.postgresql.session`), which a pool lends to one thread after the other.
    """

    _connection_pools: ClassVar[dict[str, SharedConnections]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with nothing sent; hook the check before every statement of every cursor, old ones too."""
        self._session = Session()
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._with_identity)

    # ------------------------------------------------------------------ identity

    def _with_identity(  # noqa: PLR0917 -- Django's signature of an execute wrapper
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001
        context: dict[str, Any],
    ) -> Any:
        if context["cursor"].cursor.connection is not self.connection:
            # The pool may have lent it to another thread since, who speaks as somebody else.
            message = "This cursor's connection has been closed or given back; open a new cursor."
            raise InterfaceError(message)
        self.apply_identity()
        if self._session.told is not None:
            return execute(sql, params, many, context)
        try:
            return execute(sql, params, many, context)
        except ProgrammingError as refused:
            refused.add_note(_HINT)
            raise

    def apply_identity(self) -> None:
        """Send schema and role if the server has others. In an aborted transaction only a rollback can come."""
        wanted = current_identity()
        session = self._session
        if wanted is session.told or wanted == session.told or self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        statement = wanted.sql if wanted else _NOBODY
        if wanted and isinstance(session.told, Identity) and session.told.database_role == wanted.database_role:
            statement = wanted.path_sql
        session.told = UNKNOWN
        with self.wrap_database_errors:
            self.connection.execute(statement)
        session.note_told(wanted)

    def _cursor(self, name: str | None = None) -> Any:
        self._recycle_if_full()
        cursor = super()._cursor(name)  # type: ignore[misc]
        self.apply_identity()
        return cursor

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:  # noqa: FBT001 -- Django's signature
        """Begin or end a transaction; the last moment to recycle before one."""
        if not autocommit:
            self._recycle_if_full()
        super().set_autocommit(autocommit, *args, **kwargs)

    def create_cursor(self, name: str | None = None) -> Any:
        """Keep an eye on the cursor: while it is open the connection is not recycled."""
        cursor = super().create_cursor(name)
        self._session.cursors.add(cursor)
        return cursor

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._session.told = UNKNOWN

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        except BaseException:
            self._session.told = UNKNOWN
            raise

    def _savepoint_rollback(self, sid: str) -> None:
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._session.told = UNKNOWN

    # ------------------------------------------------------------------ the connection's life

    @property
    def pool(self) -> SharedConnections | None:
        """The pool of this process, or None where each thread has a connection of its own."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self.alias == NO_DB_ALIAS or not options:
            return None
        if self.alias not in self._connection_pools:
            configure = self._configure_connection  # type: ignore[attr-defined]  # missing in the stubs
            pool = make_pool(self.get_connection_params(), options, configure=configure)
            # Two threads at once: the first one's pool counts, the other's was never opened.
            self._connection_pools.setdefault(self.alias, pool)
        return self._connection_pools[self.alias]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, or take a connection from the pool."""
        begun = time.perf_counter()
        connection = super().get_new_connection(conn_params)
        if self.pool and (waited := time.perf_counter() - begun) >= _WAIT_SECONDS:
            connection_awaited.send(sender=self.__class__, seconds=waited)
        return connection

    def init_connection_state(self) -> None:
        """Take up what is known of this connection's session; of a new one, make sure that it is ours alone."""
        self._session = session_of(self.connection)
        if not self._session.is_checked:
            self._check_session()
            connection_opened.send(sender=self.__class__)
        super().init_connection_state()

    def _check_session(self) -> None:
        try:
            with self.wrap_database_errors:
                pooling = require_own_session(self.connection, self._connect_once_more)
        except BaseException:
            # Left open, the next statement would find it and go on.
            self._expire()
            self.close()
            raise
        self._session.is_checked, self._session.is_pooled = True, pooling != "none"

    def _connect_once_more(self) -> Any:
        return self.Database.connect(**self.get_connection_params())

    def close_if_unusable_or_obsolete(self) -> None:
        """Between requests or tasks: let go of a session that has seen enough, and of one that the server has ended."""
        if self.connection is not None and not self.in_atomic_block:
            if self._session.is_full(limit=settings.VERBUND_TENANTS_PER_CONNECTION):
                self._recycle()
                return
            if not self.pool and has_news(self.connection) and not self.is_usable():
                self.close()
                return
        super().close_if_unusable_or_obsolete()

    def _recycle_if_full(self) -> None:
        """Between two statements of a long run: start a new session if this one is full, and nobody counts on it."""
        wanted, session = current_identity(), self._session
        if (
            wanted is None
            or wanted is session.told
            or self.connection is None
            or self.in_atomic_block
            or session.has_room(wanted.schemas[0], limit=settings.VERBUND_TENANTS_PER_CONNECTION)
            or self.connection.info.transaction_status != TransactionStatus.IDLE
            or session.has_open_cursors()
        ):
            return
        with self.wrap_database_errors:
            is_needed = holds_something(self.connection)
        if not is_needed:
            self._recycle()

    def _recycle(self) -> None:
        self._expire()
        if self._session.is_pooled and self.connection is not None:
            end_on_server(self.connection)
        self.close()
        connection_recycled.send(sender=self.__class__)

    def _expire(self) -> None:
        """Have the pool replace the connection when it comes back, as it does with one that is too old."""
        if self.pool and self.connection is not None:
            self.connection._expire_at = 0.0  # noqa: SLF001 -- closed before it comes back, the pool would warn

    def _close(self) -> None:
        if self.connection is not None:
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                # The pool will roll back, and take back with it what was set meanwhile.
                self._session.told = UNKNOWN
            if self._session.has_open_cursors(on_server=True):
                self._expire()
        super()._close()  # type: ignore[misc]


def _forget_after_fork() -> None:
    """Leave the parent its connections: two processes in one session would read each other's answers."""
    for connection in connections.all(initialized_only=True):
        if isinstance(connection, DatabaseWrapper):
            _left_to_the_parent.append(connection.connection)
            connection.connection = None
    _left_to_the_parent.append(DatabaseWrapper._connection_pools)  # noqa: SLF001 -- its end would wait for threads that are not here
    DatabaseWrapper._connection_pools = {}  # noqa: SLF001


_left_to_the_parent: list[Any] = []
os.register_at_fork(after_in_child=_forget_after_fork)
