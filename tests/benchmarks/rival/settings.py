"""The rival of the suite `tenancy`: django-tenants as it comes, with the same tenant apps as ours.

Its backend, its router, its registry models, its way to make tenants (`BENCH_CLONE=1`: by its clone of a template, else
by migrations). Nothing of it is changed or switched off.
"""

from __future__ import annotations

import os
from typing import Any

from tenants.databaseurl import parse_database_url
from tests.benchmarks.rival.quiet import APPS

_url = parse_database_url(os.environ["BENCH_RIVAL_URL"])

SECRET_KEY = "only-for-benchmarks"
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": _url.name,
        "USER": _url.user,
        "PASSWORD": _url.password,
        "HOST": _url.host,
        "PORT": _url.port,
        "OPTIONS": {"connect_timeout": 5, **_url.options},
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

# Its backend needs content types, which lie in the public schema here as they do with us.
SHARED_APPS = ["django_tenants", "django.contrib.contenttypes", "tests.benchmarks.rival"]
TENANT_APPS = [*APPS, *([os.environ["BENCH_MORE_TABLES"]] if "BENCH_MORE_TABLES" in os.environ else [])]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
TENANT_MODEL = "rival.Town"
TENANT_DOMAIN_MODEL = "rival.TownDomain"
AUTH_USER_MODEL = "staff.StaffAccount"

if os.environ.get("BENCH_CLONE") == "1":
    TENANT_CREATION_FAKES_MIGRATIONS = True
    TENANT_BASE_SCHEMA = "tenant_template"
if "BENCH_MIGRATIONS" in os.environ:
    MIGRATION_MODULES = {"portal": os.environ["BENCH_MIGRATIONS"]}
