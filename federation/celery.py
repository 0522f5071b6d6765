"""The Celery application. Every task derives from `tenants.tasks.TenantTask`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from federation.observability import databases, workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")

app = Celery("verbund", task_cls="tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "federation",
        "tenants.audit",
        "tenants.staff",
        "catalog.linkcheck",
        "catalog.quality",
        "shared_services.accounts",
        "shared_services.notifications",
        "shared_services.area",
        "shared_services.identity.citizen",
        "shared_services.identity.keycloak",
    ]
)
workers.connect()
databases.connect()


@worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]  # Celery ships no types
def _report_running(**_details: Any) -> None:
    """Tell rollouts what this worker reads."""
    from tenants.rollout.running import ensure_reporting  # noqa: PLC0415 -- Django's apps are ready by now

    ensure_reporting("worker")
