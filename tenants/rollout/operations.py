"""Operations for tenants' migrations that a rollout can carry out piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

# Takes (apps, schema_editor, after, size): changes at most `size` rows whose key comes after `after` (None: from the
# start) and returns the last key it came to, as text, or None when nothing is left.
Batch = Callable[[Apps, BaseDatabaseSchemaEditor, str | None, int], str | None]


class RunInBatches(RunPython):
    """A data migration in batches: each is a transaction of its own, and a rollout goes on after the last one done.

    A batch must be safe to run twice on the same rows. Run by Django itself (in the template, in a rehearsal) it does
    all batches one after the other.
    """

    def __init__(self, batch: Batch, *, reverse_batch: Batch | None = None, size: int = 1000) -> None:
        """Keep the batch; without `reverse_batch` the migration can't be taken back."""
        self.batch = batch
        self.reverse_batch = reverse_batch
        self.size = size
        reverse = None if reverse_batch is None else _all(reverse_batch, size)
        super().__init__(_all(batch, size), reverse)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return what the migration writer needs to write it again."""
        given = {"reverse_batch": self.reverse_batch, "size": self.size}
        return self.__class__.__name__, [self.batch], {name: one for name, one in given.items() if one is not None}

    def run_batch(
        self, apps: Apps, editor: BaseDatabaseSchemaEditor, *, after: str | None, is_backwards: bool
    ) -> str | None:
        """Run one batch and return where it came to, or None when it was the last."""
        batch = self.reverse_batch if is_backwards else self.batch
        if batch is None:
            message = "this data migration can't be taken back"
            raise NotImplementedError(message)
        return batch(apps, editor, after, self.size)


def _all(batch: Batch, size: int) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def run(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        after = batch(apps, editor, None, size)
        while after is not None:
            after = batch(apps, editor, after, size)

    return run
