"""What the beat sends, beside the outbox: works that wait for a date."""

from __future__ import annotations

from federation.settings.database import CELERY_BEAT_SCHEDULE as _OF_DATABASE

CELERY_BEAT_SCHEDULE = {
    **_OF_DATABASE,
    # Archives of departures that the console began: somebody is waiting for them.
    "export-departures": {
        "task": "federation.tasks.export_departures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Departures whose waiting period is over: an hour more is no matter.
    "finish-offboardings": {"task": "federation.tasks.finish_offboardings", "schedule": 3600.0},
}
