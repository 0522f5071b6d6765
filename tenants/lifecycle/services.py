"""A tenant's whole life, for commands, tasks and the console. Each call lies in a module of its own."""

from __future__ import annotations

from tenants.lifecycle.arrivals import register_retelling, retell_all
from tenants.lifecycle.cloning import Cloned, clone_tenant
from tenants.lifecycle.elsewhere import register_look
from tenants.lifecycle.exporting import Exported, export_tenant
from tenants.lifecycle.importing import ARRIVED_EVENT, Imported, import_tenant
from tenants.lifecycle.offboarding import (
    DEFAULT_WAIT_DAYS,
    begin_offboarding,
    cancel_offboarding,
    export_begun,
    finish_due,
    offboard,
)
from tenants.lifecycle.placing import Wish
from tenants.lifecycle.reading import open_checked, verify_archive

__all__ = (
    "ARRIVED_EVENT",
    "DEFAULT_WAIT_DAYS",
    "Cloned",
    "Exported",
    "Imported",
    "Wish",
    "begin_offboarding",
    "cancel_offboarding",
    "clone_tenant",
    "export_begun",
    "export_tenant",
    "finish_due",
    "import_tenant",
    "offboard",
    "open_checked",
    "register_look",
    "register_retelling",
    "retell_all",
    "verify_archive",
)
