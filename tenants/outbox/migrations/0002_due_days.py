"""Days on which tenants have work. Those of absences and leavings before are taken over from the trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import migrations, models
from django.utils import timezone

import tenants.ids


# As in `tenants.staff.leaving` when this was written.
_KEPT = dt.timedelta(days=731)


def take_over(apps: Any, _editor: Any) -> None:
    """Note the days of absences that are not over, and those on which the time of people who have left is."""
    due_day, entries = apps.get_model("outbox", "DueDay"), apps.get_model("audit", "AuditEntry").objects
    today = timezone.localdate()
    rows = []
    for entry in entries.filter(
        action="staff.absence_set", tenant_id__isnull=False, data__until__gte=today.isoformat()
    ).iterator():
        first, last = (dt.date.fromisoformat(entry.data[name]) for name in ("from", "until"))
        rows += [_day(due_day, entry, kind="staff.absence", day=day) for day in (first, last + dt.timedelta(days=1))]
    for entry in entries.filter(action="staff.deactivated", tenant_id__isnull=False).iterator():
        over = max(today, timezone.localdate(entry.at) + _KEPT)
        rows.append(_day(due_day, entry, kind="staff.left", day=over))
    due_day.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _day(due_day: Any, entry: Any, *, kind: str, day: dt.date) -> Any:
    return due_day(owner_role=entry.owner_role, tenant_id=entry.tenant_id, kind=kind, day=day)


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
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
