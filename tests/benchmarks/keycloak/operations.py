"""What the deployment is asked to do in the suite `keycloak`, in a process of its own (see `workers`)."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final
from uuid import NAMESPACE_DNS, uuid5

from django.conf import settings

from shared_services.identity.keycloak import services
from shared_services.identity.keycloak.applying import apply_realm
from shared_services.identity.keycloak.clients import list_wanted
from shared_services.identity.keycloak.comparing import list_found
from shared_services.identity.keycloak.models import DONE, PortalClient
from tenants.actors import system_actor
from tenants.context import as_operator
from tenants.registry.sites import Snapshot, directory
from tests.benchmarks.workers import Operation

_MODEL: Final = "gladbeck"


def realm() -> float:
    """Make the realm, and return the seconds."""
    start = time.perf_counter()
    apply_realm()
    return time.perf_counter() - start


def want(towns: int, prefix: str) -> int:
    """Have the registry hold so many towns, all like the model; return how many portals that are."""
    snapshot = _with_towns(directory.reload(), towns, prefix)
    wanted = list_wanted(snapshot)
    services.list_wanted = lambda _snapshot: wanted
    return len(wanted)


def settle(at_once: int) -> dict[str, Any]:
    """Bring Keycloak in step, and return the seconds and how many clients were made or changed, and removed."""
    settings.VERBUND_KEYCLOAK_CONCURRENCY = at_once
    start = time.perf_counter()
    settled = services.settle_clients(actor=system_actor("benchmark"))
    seconds = time.perf_counter() - start
    if settled.refused:
        message = f"{len(settled.refused)} refused: {next(iter(settled.refused.values())).user_message}"
        raise RuntimeError(message)
    return {"seconds": seconds, "done": len(settled.done), "removed": len(settled.removed)}


def count_noted() -> int:
    """Return how many portals are noted as done."""
    with as_operator():
        return PortalClient.objects.filter(state=DONE).count()


def compare() -> dict[str, Any]:
    """Read all clients and organisations from Keycloak; return how many are wanted and there, and which are wrong."""
    directory.reload()
    wanted = {one.client_id: one for one in services.list_wanted(directory.snapshot())}
    found = list_found()
    aliases = {one.organisation["alias"] for one in wanted.values() if one.organisation}
    wrong = {name for name, one in wanted.items() if name in found.clients and found.list_drift(one)}
    return {
        "wanted": len(wanted),
        "clients": len(found.clients),
        "organisations": len(found.organisations),
        "wrong": sorted(wrong | (wanted.keys() ^ found.clients.keys()) | (aliases ^ found.organisations.keys())),
    }


def _with_towns(snapshot: Snapshot, towns: int, prefix: str) -> Snapshot:
    model = snapshot.tenants[_MODEL]
    made = {}
    for number in range(towns):
        slug = f"{prefix}-{number:04}"
        # The same in every process: one goes on with what another was killed at.
        ref = replace(model.ref, id=uuid5(NAMESPACE_DNS, slug), slug=slug)
        made[slug] = replace(model, ref=ref, host=f"{slug}.localhost", official_name=f"Stadt {slug}")
    return replace(snapshot, tenants=MappingProxyType(made))


OPERATIONS: Final[dict[str, Operation]] = {
    "realm": realm,
    "want": want,
    "settle": settle,
    "count_noted": count_noted,
    "compare": compare,
}
