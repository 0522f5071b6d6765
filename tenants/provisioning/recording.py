"""Run a migration by Django itself and keep every statement that it sent."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.db import DatabaseError, connection
from django.db.backends.postgresql.schema import DatabaseSchemaEditor


class RecordingSchemaEditor(DatabaseSchemaEditor):
    """Django's own schema editor; `recorded` holds each statement with its parameters put in.

    Statements are also executed, so that whatever a later operation looks up in the catalogue (the name of a
    constraint, say) is what the same migration finds everywhere else.
    """

    def __init__(self, *, atomic: bool = True) -> None:
        """Speak on the default connection."""
        super().__init__(connection, atomic=atomic)
        self.recorded: list[str] = []

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Send what was put off. Django itself leaves the transaction open when that fails."""
        if exc_type is None:
            try:
                for statement in self.deferred_sql:
                    self.execute(statement, None)
            except DatabaseError as problem:
                super().__exit__(type(problem), problem, problem.__traceback__)
                raise
            self.deferred_sql = []
        super().__exit__(exc_type, exc_value, traceback)

    def execute(self, sql: Any, params: Any = ()) -> Any:
        """Put the parameters in as Django does for PostgreSQL, keep the result, send it."""
        statement = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
        self.recorded.append(statement.rstrip().removesuffix(";"))
        return super().execute(statement, None)
