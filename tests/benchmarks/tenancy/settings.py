"""Ours in the suite `tenancy`: the product's settings, with what only the benchmark has (see `modules`)."""

from __future__ import annotations

import os

from federation.settings import *  # noqa: F403
from federation.settings import INSTALLED_APPS as _INSTALLED_APPS
from federation.settings import TENANT_APPS as _TENANT_APPS

_more = [os.environ["BENCH_MORE_TABLES"]] if "BENCH_MORE_TABLES" in os.environ else []
TENANT_APPS = [*_TENANT_APPS, *_more]
INSTALLED_APPS = [*_INSTALLED_APPS, *_more]
if "BENCH_MIGRATIONS" in os.environ:
    MIGRATION_MODULES = {"portal": os.environ["BENCH_MIGRATIONS"]}
