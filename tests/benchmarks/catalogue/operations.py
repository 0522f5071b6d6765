"""What the deployment is asked to do in the suite `catalogue`, in a process of its own (see `workers`)."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.decisions.services import set_override
from catalog.resolution.values import FIELDS
from catalog.services.content import load_catalogue
from catalog.services.selectors import list_services_for_index
from tenants.actors import system_actor
from tenants.context import as_operator, as_umbrella, in_tenant
from tenants.outbox.services import project_waiting
from tenants.registry.sites import TenantInfo, directory
from tests.benchmarks.tenancy.names import host_of
from tests.benchmarks.workers import Operation

_ACTOR: Final = system_actor("benchmark")
_OVERRIDE_FIELDS: Final = ("title", "teaser", "notes", "contact_point", "short_text")


def load(folder: str) -> None:
    """Load the content files of a folder."""
    load_catalogue(Path(folder), actor=_ACTOR)


def override(towns: int, share: float) -> int:
    """Let each town adapt this share of the services in one field, project it all, and return how many."""
    with as_umbrella():
        services = [record.id for record in list_services_for_index() if record.head.layer == "municipality"]
        total = round(len(list_services_for_index()) * share)
    pick = random.Random(5)  # noqa: S311 -- which services a made-up town adapts
    count = 0
    for number in range(towns):
        with in_tenant(_town(number).ref):
            for service_id in pick.sample(services, total):
                _adapt(service_id, field=pick.choice(_OVERRIDE_FIELDS), number=number)
                count += 1
    while project_waiting(limit=2000):
        pass
    return count


def weigh() -> dict[str, int]:
    """Return rows and bytes of the projections, and the bytes of what they were made from."""
    tables = ("search_searchdocument", "search_decisionprojection", "search_overrideprojection")
    found: dict[str, int] = {}
    with as_operator(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*), coalesce(sum(pg_column_size(row)), 0) FROM {table} AS row")  # noqa: S608 -- names of our tables
            found[f"{table}.rows"], found[f"{table}.bytes"] = cursor.fetchone()
    return found


def queries_of_service_page(number: int, slug: str) -> list[str]:
    """Return the statements of one uncached page of a service, without the ones that change schema and role."""
    from django.test import Client  # noqa: PLC0415 -- only here

    client = Client(HTTP_HOST=host_of(number))
    client.get(f"/leistungen/{slug}/?warm")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/leistungen/{slug}/?anew")
    if answer.status_code != 200:
        message = f"{slug}: {answer.status_code}"
        raise RuntimeError(message)
    return [one["sql"] for one in captured if "SET search_path" not in one["sql"]]


def _adapt(service_id: Any, *, field: str, number: int) -> None:
    language = "de"
    value = f"Messstadt {number}: {FIELDS[field].name}"
    text = value if FIELDS[field].shape in {"line", "text"} else f"<p>{value}</p>"
    set_override(actor=_ACTOR, service_id=service_id, field=field, language=language, value=text)


def _town(number: int) -> TenantInfo:
    site = directory.snapshot().sites[host_of(number)]
    if site.tenant is None:
        raise LookupError(number)
    return site.tenant


def _seconds(since: float) -> float:
    return time.perf_counter() - since


OPERATIONS: Final[dict[str, Operation]] = {
    "load": load,
    "override": override,
    "queries_of_service_page": queries_of_service_page,
    "weigh": weigh,
}
