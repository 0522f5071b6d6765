"""What the beat sends, beside the outbox: works that wait for a date."""

from __future__ import annotations

from federation.settings.database import CELERY_BEAT_SCHEDULE as _OF_DATABASE

CELERY_BEAT_SCHEDULE = {
    **_OF_DATABASE,
    "collect-links": {"task": "catalog.linkcheck.tasks.collect", "schedule": 3600.0, "options": {"expires": 3600}},
    "check-links": {"task": "catalog.linkcheck.tasks.check", "schedule": 30.0, "options": {"expires": 30}},
    # Scores follow a change within minutes; a town that is counted already costs nothing here.
    "look-at-quality": {"task": "catalog.quality.tasks.look", "schedule": 60.0, "options": {"expires": 60}},
    # Archives of departures that the console began: somebody is waiting for them.
    "export-departures": {
        "task": "federation.tasks.export_departures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Editors' decisions on contributions reach their towns at once; this sends what a lost message has left.
    "settle-contributions": {"task": "catalog.local.settle_waiting", "schedule": 60.0, "options": {"expires": 60}},
    # A new portal's client is made right after its onboarding; this makes, changes and removes what that has left.
    "settle-keycloak": {
        "task": "shared_services.identity.keycloak.tasks.settle",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # A link is sent right after somebody has asked for it; this sends what a lost message or an outage has left.
    "grant-keycloak-wishes": {
        "task": "shared_services.identity.keycloak.tasks.grant_wishes",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "remove-unopened-at-keycloak": {
        "task": "shared_services.identity.keycloak.tasks.remove_unopened",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Departures whose waiting period is over: an hour more is no matter.
    "finish-offboardings": {"task": "federation.tasks.finish_offboardings", "schedule": 3600.0},
    # Drafts of the shared catalogue that were approved for a moment: readers expect them within the minute.
    "publish-scheduled": {"task": "federation.tasks.publish_scheduled", "schedule": 60.0},
    # A mail is sent right after its commit; this sends what a lost message has left, and what was put off.
    "deliver-mail": {"task": "federation.tasks.deliver_mail", "schedule": 60.0, "options": {"expires": 60}},
    # Once a week for each town; a look sends some towns and costs one query when none is due.
    "remind": {"task": "shared_services.notifications.tasks.look", "schedule": 300.0, "options": {"expires": 300}},
    "forget-mail": {"task": "federation.tasks.forget_mail", "schedule": 24 * 3600.0},
    # Entries of the audit trail get their place in its chain within seconds; the others run through once a day.
    "seal-audit": {"task": "tenants.audit.tasks.seal", "schedule": 15.0, "options": {"expires": 15}},
    "anchor-audit": {"task": "tenants.audit.tasks.anchor", "schedule": 3600.0, "options": {"expires": 3600}},
    "check-audit": {"task": "tenants.audit.tasks.check", "schedule": 3600.0, "options": {"expires": 3600}},
    "tidy-area": {"task": "shared_services.area.tidy", "schedule": 24 * 3600.0},
    # A deleted account goes right after its commit; this goes on with what a lost message or an outage has left.
    "finish-account-deletions": {
        "task": "shared_services.accounts.finish_deletions",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Accounts that nobody uses, old events: once a day, and no matter when.
    "keep-account-periods": {"task": "shared_services.accounts.keep_periods", "schedule": 24 * 3600.0},
    # Twice a day deputies are told of what has begun or is over; at the other hours it does nothing.
    "tell-absences": {"task": "tenants.staff.tell_absences", "schedule": 3600.0, "options": {"expires": 3600}},
    # Name and address of staff who left two years ago: once a day, and no matter when.
    "forget-left-staff": {"task": "tenants.staff.forget_left", "schedule": 24 * 3600.0},
    # Messages of visitors whose period is over: once a day, and no matter when.
    "forget-feedback": {"task": "federation.tasks.forget_feedback", "schedule": 24 * 3600.0},
    # Visits of the IT providers end by themselves; the towns read it in their trails.
    "note-ended-visits": {"task": "tenants.staff.note_ended_visits", "schedule": 60.0, "options": {"expires": 60}},
    # Links and sessions of citizens that are too old.
    "tidy-accounts": {"task": "shared_services.identity.tidy_accounts", "schedule": 3600.0},
}
