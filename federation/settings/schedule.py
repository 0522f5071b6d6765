"""What the beat sends, beside the outbox: works that wait for a date."""

from __future__ import annotations

from federation.settings.database import CELERY_BEAT_SCHEDULE as _OF_DATABASE

CELERY_BEAT_SCHEDULE = {
    **_OF_DATABASE,
    # Departures whose waiting period is over: an hour more is no matter.
    "finish-offboardings": {"task": "federation.tasks.finish_offboardings", "schedule": 3600.0},
}
