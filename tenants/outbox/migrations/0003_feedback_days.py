"""Days on which each town is entered once more after the update: its messages are sealed, and get their own days.

Several, because a town may get the new column, or be written to by processes of the release before, for a while yet.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import migrations
from django.utils import timezone

# As in `shared_services.portal.retention` when this was written.
_KIND = "portal.feedback"
_DAYS_LATER = (0, 1, 3, 7, 30)


def note_towns(apps: Any, _editor: Any) -> None:
    """Note the days of all towns."""
    due_day, today = apps.get_model("outbox", "DueDay"), timezone.localdate()
    rows = [
        due_day(
            owner_role=f"{settings.VERBUND_ROLE_PREFIX}_{schema}",
            tenant_id=tenant_id,
            kind=_KIND,
            day=today + dt.timedelta(days=later),
        )
        for tenant_id, schema in apps.get_model("registry", "Tenant").objects.values_list("id", "schema_name")
        for later in _DAYS_LATER
    ]
    due_day.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_due_days"), ("registry", "0002_training_and_offboarding")]

    operations = [migrations.RunPython(note_towns, migrations.RunPython.noop)]
