"""Tasks that only tests send: they tell what the database saw."""

from __future__ import annotations

import json
import os

from celery import shared_task
from django.conf import settings
from django.db import connection
from redis import Redis

from tenants.context import current_tenant_or_none


@shared_task(name="probe.identity")
def tell_identity(key: str, *, fail: bool = False) -> None:
    """Push role, schema and tenant as this task sees them to a list in Valkey; then fail if asked to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        role, schema = cursor.fetchone()
    tenant = current_tenant_or_none()
    told = json.dumps({"role": role, "schema": schema, "tenant": tenant.slug if tenant else None})
    with Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.rpush(key, told)
    if fail:
        message = "planned"
        raise RuntimeError(message)


@shared_task(name="probe.patient", outdated_retry_seconds=0.5)
def tell_patiently(key: str) -> None:
    """Push the tenant's slug to a list in Valkey."""
    tenant = current_tenant_or_none()
    with Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.rpush(key, json.dumps({"tenant": tenant.slug if tenant else None}))


@shared_task(name="probe.session")
def tell_session(key: str) -> None:
    """Push the number of this process, of the server's process, and the schema to a list in Valkey."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), current_schema()")
        backend, schema = cursor.fetchone()
    with Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.rpush(key, json.dumps({"worker": os.getpid(), "backend": backend, "schema": schema}))
