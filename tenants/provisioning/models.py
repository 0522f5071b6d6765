"""The snapshots from which tenants' schemas are replayed."""

from __future__ import annotations

from django.db import models


class SchemaSnapshot(models.Model):
    """A tenant schema at one state of the tenant apps' migrations.

    `version` is the hash of the names in `nodes` ([app, name] in the order of application); `statements` (DDL) and
    `rows` (INSERTs of what migrations put in) are free of the schema's name. A row never changes.
    """

    version = models.CharField(max_length=64, primary_key=True)
    nodes = models.JSONField()
    tables = models.JSONField()
    statements = models.JSONField()
    rows = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.version
