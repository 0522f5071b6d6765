"""Days on which tenants have work. Absences said before are taken over from the trail, where they all stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import migrations, models
from django.utils import timezone

import tenants.ids


def take_over_absences(apps: Any, _editor: Any) -> None:
    """Note the days of absences that are not over."""
    due_day, today = apps.get_model("outbox", "DueDay"), timezone.localdate()
    said = apps.get_model("audit", "AuditEntry").objects.filter(
        action="staff.absence_set", tenant_id__isnull=False, data__until__gte=today.isoformat()
    )
    rows = []
    for entry in said.iterator():
        first, last = (dt.date.fromisoformat(entry.data[name]) for name in ("from", "until"))
        rows += [
            due_day(owner_role=entry.owner_role, tenant_id=entry.tenant_id, kind="staff.absence", day=day)
            for day in (first, last + dt.timedelta(days=1))
        ]
    due_day.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DueDay",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField()),
                ("kind", models.CharField(max_length=60)),
                ("day", models.DateField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "day", "owner_role"), name="dueday_once")],
            },
        ),
        migrations.RunPython(take_over_absences, migrations.RunPython.noop),
    ]
