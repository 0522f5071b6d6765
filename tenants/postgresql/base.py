"""Django's PostgreSQL backend, with schema and role of `tenants.context` set before every statement that needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import ProgrammingError
from psycopg.pq import TransactionStatus

from tenants.context import Identity, current_identity

# No role of its own and no rights: whoever forgets the tenant is refused by the database.
_NOBODY = "SET search_path TO ''; SET ROLE NONE"
_HINT = "No tenant is set: wrap the call in tenants.context.in_tenant (or as_umbrella, as_operator)."


class _Unknown:
    """What the server has set is not known: nothing was sent yet, or a rollback took it back."""


_UNKNOWN = _Unknown()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that always speaks as the identity of the running context.

    `SET` is transactional in PostgreSQL: a rollback, also one to a savepoint, takes it back. So after any rollback
    or failed commit what the server has is unknown, and is sent again before the next statement.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with nothing sent; hook the check before every statement of every cursor, old ones too."""
        self._sent: Identity | _Unknown | None = _UNKNOWN
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._with_identity)

    def _with_identity(  # noqa: PLR0917 -- Django's signature of an execute wrapper
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001
        context: dict[str, Any],
    ) -> Any:
        self.apply_identity()
        if self._sent is not None:
            return execute(sql, params, many, context)
        try:
            return execute(sql, params, many, context)
        except ProgrammingError as refused:
            refused.add_note(_HINT)
            raise

    def apply_identity(self) -> None:
        """Send schema and role if the server has others. In an aborted transaction only a rollback can come."""
        wanted = current_identity()
        if wanted is self._sent or wanted == self._sent or self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        self._sent = _UNKNOWN
        with self.wrap_database_errors:
            self.connection.execute(wanted.sql if wanted else _NOBODY)
        self._sent = wanted

    def _cursor(self, name: str | None = None) -> Any:
        cursor = super()._cursor(name)  # type: ignore[misc]
        self.apply_identity()
        return cursor

    def init_connection_state(self) -> None:
        """Forget what an earlier connection had been told."""
        self._sent = _UNKNOWN
        super().init_connection_state()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._sent = _UNKNOWN

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        except BaseException:
            self._sent = _UNKNOWN
            raise

    def _savepoint_rollback(self, sid: str) -> None:
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self._sent = _UNKNOWN
