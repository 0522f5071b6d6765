"""The Celery application. Every task derives from `tenants.tasks.TenantTask`."""

import os

from celery import Celery

from federation.observability import databases, workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")

app = Celery("verbund", task_cls="tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["federation"])
workers.connect()
databases.connect()
