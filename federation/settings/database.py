"""The database, its roles, and the broker."""

from __future__ import annotations

from typing import Any

from federation.settings.environment import IS_PRODUCTION, MODE, flag, number, text
from tenants.databaseurl import parse_database_url

_url = parse_database_url(text("VERBUND_DATABASE_URL", None if IS_PRODUCTION else "postgresql://localhost/verbund"))

# Roles are global to a server: the prefix keeps deployments on one server apart. See tenants/names.py.
VERBUND_ROLE_PREFIX = text("VERBUND_ROLE_PREFIX", _url.name)

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "tenants.postgresql",
        "NAME": _url.name,
        "USER": _url.user,
        "PASSWORD": _url.password,
        "HOST": _url.host,
        "PORT": _url.port,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": int(number("VERBUND_CONNECTION_SECONDS", 1800)),
        # tenants.postgresql looks for itself, and asks the server only when there is a reason.
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {"connect_timeout": 5, **_url.options},
    }
}
# A process of the server remembers the tables of every tenant it has met (docs/operator/connections.md).
VERBUND_TENANTS_PER_CONNECTION = int(number("VERBUND_TENANTS_PER_CONNECTION", 200))
# The threads of a web process share so many connections; 0: each thread has its own.
VERBUND_POOL_SIZE = int(number("VERBUND_POOL_SIZE", 4))
VERBUND_POOL_WAIT_SECONDS = number("VERBUND_POOL_WAIT_SECONDS", 5.0)

# Wrapped keys of personal data lie in a database of their own: a backup of the data never holds its keys.
VERBUND_KEYS_DATABASE_URL = text("VERBUND_KEYS_DATABASE_URL", None if IS_PRODUCTION else "postgresql://localhost/keys")

DATABASE_ROUTERS = ["tenants.router.SchemaRouter"]

# The directory of sites looks at the database this often where no listener runs (commands, workers, tests).
VERBUND_REGISTRY_POLL_SECONDS = number("VERBUND_REGISTRY_POLL_SECONDS", 1.0)

REDIS_URL = text("VERBUND_REDIS_URL", None if IS_PRODUCTION else "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is away must not hold a request up: the beat below sends what a failed wake did not.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_BEAT_SCHEDULE = {
    "project-outbox": {"task": "federation.tasks.project_outbox", "schedule": 10.0},
    # Nothing piles up while a slice runs longer than the beat: what is not taken on by then expires.
    "work-rollout": {"task": "federation.tasks.work_rollout", "schedule": 10.0, "options": {"expires": 10}},
}

# The web process hears of changes by LISTEN; without it the directory of sites is polled.
VERBUND_LISTEN = flag("VERBUND_LISTEN", default=MODE != "test")
