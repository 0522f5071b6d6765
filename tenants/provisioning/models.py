"""The snapshot from which a tenant's schema is replayed."""

from __future__ import annotations

from django.db import models


class SchemaSnapshot(models.Model):
    """The DDL of the template schema at one state of the tenant apps' migrations.

    `version` is the hash of the migration graph; `statements` are free of the schema's name.
    """

    version = models.CharField(max_length=64, primary_key=True)
    statements = models.JSONField()
    tables = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.version
