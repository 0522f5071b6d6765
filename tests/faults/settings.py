"""The product's settings, with the migrations of a release that never was (see `release`)."""

from __future__ import annotations

import json
import os

from federation.settings import *  # noqa: F403 -- all of them

MIGRATION_MODULES = json.loads(os.environ["VERBUND_FAULT_MIGRATIONS"])
