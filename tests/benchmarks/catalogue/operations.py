"""What the deployment is asked to do in the suite `catalogue`, in a process of its own (see `workers`)."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.decisions.bulk import decide_many, undo_bulk
from catalog.decisions.bulk_plan import BulkAction, BulkWish
from catalog.decisions.selectors import list_town_services
from catalog.decisions.services import set_override
from catalog.editing.matrix import get_matrix
from catalog.editing.matrix_filters import MatrixFilters
from catalog.editing.places import Scope
from catalog.editing.services import save_draft_value
from catalog.editing.workflow import publish_draft
from catalog.resolution.decide import AdoptionRow, Decision
from catalog.resolution.values import FIELDS, Layer
from catalog.services.content import load_catalogue
from catalog.services.selectors import list_services_for_index
from tenants.actors import system_actor
from tenants.context import as_operator, as_umbrella, in_tenant
from tenants.outbox.services import project_waiting
from tenants.registry.sites import TenantInfo, directory
from tests.benchmarks.tenancy.names import host_of
from tests.benchmarks.tenancy.towns import REGION
from tests.benchmarks.workers import Operation

_ACTOR: Final = system_actor("benchmark")
_OVERRIDE_FIELDS: Final = ("title", "teaser", "notes", "contact_point", "short_text")


def load(folder: str) -> None:
    """Load the content files of a folder."""
    load_catalogue(Path(folder), actor=_ACTOR)


def override(towns: int, share: float, but: str) -> int:
    """Let each town adapt this share of the services in one field, but never one; project it all, return how many."""
    with as_umbrella():
        records = list_services_for_index()
    services = [one.id for one in records if one.head.layer is Layer.MUNICIPALITY and one.slug != but]
    total = round(len(records) * share)
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
            cursor.execute(f"SELECT count(*), coalesce(sum(pg_column_size(one)), 0) FROM {table} AS one")  # noqa: S608 -- names of our tables
            found[f"{table}.rows"], found[f"{table}.bytes"] = cursor.fetchone()
    return found


def queries_of_service_page(number: int, slug: str) -> list[str]:
    """Return the statements of one uncached page of a service, without the ones that change schema and role."""
    client = Client(HTTP_HOST=host_of(number))
    client.get(f"/leistungen/{slug}/?warm")
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/leistungen/{slug}/?anew")
    if answer.status_code != 200:
        message = f"{slug}: {answer.status_code}"
        raise RuntimeError(message)
    return [one["sql"] for one in captured if "SET search_path" not in one["sql"]]


def publish(slug: str, teaser: str) -> float:
    """Publish another teaser of a service for everybody, and return the seconds from the click to the commit."""
    with as_umbrella():
        service = next(record for record in list_services_for_index() if record.slug == slug)
    scope = Scope(Layer.FEDERATION, "")
    draft = save_draft_value(
        actor=_ACTOR, service_id=service.id, scope=scope, field="teaser", language="de", value=teaser
    )
    since = time.perf_counter()
    publish_draft(actor=_ACTOR, draft_id=draft.id, note="Messung")
    return time.perf_counter() - since


def decide_on_all(number: int) -> dict[str, float]:
    """Let a town stop offering every service, then undo it; return the seconds of both and the number of services."""
    with in_tenant(_town(number).ref):
        selection = {one.id: one.decision_version for one in list_town_services(fields=())}
        wish = BulkWish(BulkAction.NOT_OFFERED, AdoptionRow(Decision.NOT_OFFERED, reason="Messung"))
        since = time.perf_counter()
        done = decide_many(actor=_ACTOR, wish=wish, selection=selection)
        decided = time.perf_counter()
        undo_bulk(actor=_ACTOR, bulk_id=done.id)
        return {
            "decide": decided - since,
            "undo": time.perf_counter() - decided,
            "services": len(selection),
        }


def matrix(page: int) -> float:
    """Return the seconds that the region's matrix of services and towns takes."""
    filters = MatrixFilters(seite=page, spalten=page)
    with as_umbrella():
        since = time.perf_counter()
        get_matrix(region=REGION, filters=filters, language="de")
        return time.perf_counter() - since


def _adapt(service_id: UUID, *, field: str, number: int) -> None:
    value = f"Messstadt {number}: {FIELDS[field].name}"
    text = value if FIELDS[field].shape in {"line", "text"} else f"<p>{value}</p>"
    set_override(actor=_ACTOR, service_id=service_id, field=field, language="de", value=text)


def _town(number: int) -> TenantInfo:
    site = directory.snapshot().sites[host_of(number)]
    if site.tenant is None:
        raise LookupError(number)
    return site.tenant


OPERATIONS: Final[dict[str, Operation]] = {
    "decide_on_all": decide_on_all,
    "load": load,
    "matrix": matrix,
    "override": override,
    "publish": publish,
    "queries_of_service_page": queries_of_service_page,
    "weigh": weigh,
}
