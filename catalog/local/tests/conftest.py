"""A town's own service and the editors of the catalogues above."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from catalog.contributions.selectors import list_unsettled
from catalog.local.contributions import settle
from catalog.local.services import create_local_service, publish_local_service, set_local_value
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo, directory

TITLE = "Stand beim Appeltatenfest anmelden"
SLUG = "stand-beim-appeltatenfest-anmelden"

Make = Callable[..., UUID]


@pytest.fixture
def make_local(in_gladbeck: TenantInfo, editor: Actor) -> Make:
    """Return what makes a service of Gladbeck's own, published unless told otherwise."""

    def make(title: str = TITLE, *, is_published: bool = True) -> UUID:
        service_id = create_local_service(actor=editor, title=title, category_codes=["engagement_hobby"])
        texts = {"teaser": "Ein Platz in der Innenstadt.", "full_text": "<p>Das Fest ist im September.</p>"}
        for field, value in texts.items():
            set_local_value(actor=editor, service_id=service_id, field=field, language="de", value=value)
        if is_published:
            publish_local_service(actor=editor, service_id=service_id)
        return service_id

    return make


@pytest.fixture
def publisher() -> Actor:
    """Return who publishes for the district and for the region."""
    return Actor(
        kind="editor",
        name="Rita Freigabe",
        id=UUID(int=21),
        region="emscher-lippe",
        roles=frozenset({"publisher"}),
        scopes=frozenset({("district", "05562"), ("region", "emscher-lippe")}),
    )


@pytest.fixture
def settle_all(project: Callable[[], None]) -> Callable[[], int]:
    """Return what the workers do: each town draws the consequences of what was decided, then the projector runs."""

    def run() -> int:
        project()
        waiting = list_unsettled()
        towns = {one.id: one for one in directory.snapshot().tenants.values()}
        for tenant_id, contribution_id in waiting:
            with in_tenant(towns[tenant_id].ref):
                settle(actor=system_actor("tests"), contribution_id=contribution_id)
        project()
        return len(waiting)

    return run
