"""The base of every Celery task: it carries the tenant from the sender's context to the worker's."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import structlog
from celery import Task

from tenants.context import TenantRef, current_tenant_or_none, in_tenant
from tenants.registry.sites import directory
from tenants.rollout.serving import can_serve

_HEADER = "verbund_tenant"


class TenantTask(Task):  # type: ignore[misc]  # Celery ships no types
    """A task sent inside a tenant runs inside it; one sent outside runs with no identity and must enter one itself.

    While the tenant's schema is too old for this code the task waits: it is tried again every
    `outdated_retry_seconds`, until the rollout has reached the tenant.
    """

    abstract = True
    outdated_retry_seconds = 30.0

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Send, with the tenant of this context in the message's headers."""
        tenant = current_tenant_or_none()
        if tenant is not None:
            carried = {"id": str(tenant.id), "slug": tenant.slug, "schema": tenant.schema, "role": tenant.role}
            options["headers"] = {**(options.get("headers") or {}), _HEADER: carried}
        return super().apply_async(*args, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run inside the tenant that the message carries."""
        with ExitStack() as stack:
            carried = (self.request.get(_HEADER) or (self.request.headers or {}).get(_HEADER)) if self.request else None
            if carried and not self.request.called_directly:
                tenant = TenantRef(
                    id=UUID(carried["id"]), slug=carried["slug"], schema=carried["schema"], role=carried["role"]
                )
                stack.enter_context(in_tenant(tenant))
                stack.enter_context(structlog.contextvars.bound_contextvars(tenant=tenant.slug))
                self._wait_for_schema(tenant)
            return super().__call__(*args, **kwargs)

    def _wait_for_schema(self, tenant: TenantRef) -> None:
        info = directory.snapshot().tenants.get(tenant.slug)
        if info is not None and not can_serve(info.schema_version):
            # None would mean the task's own limit, which is three.
            raise self.retry(countdown=self.outdated_retry_seconds, max_retries=sys.maxsize)
