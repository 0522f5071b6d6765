"""What a town has offered to the catalogue above lies in the editors' inbox again when the town has come back."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from catalog.contributions.models import InboxEntry
from catalog.local.models import Contribution
from tenants.context import as_operator, in_tenant
from tenants.ids import uuid7
from tenants.lifecycle.services import Wish, import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town, begin
from tenants.outbox.services import project_waiting
from tenants.registry.sites import directory


def test_an_offer_that_waits_is_in_the_inbox_again(town: Town, folder: Path) -> None:
    with in_tenant(town.ref):
        offers = [
            Contribution.objects.create(
                kind="value", service_id=uuid7(), field="notes", language="de", title=state, payload={}, state=state,
                target_layer="region", target_area="muensterland", offered_at=timezone.now(),
            )
            for state in ("offered", "declined")
        ]  # fmt: skip
    begin(town, folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    with as_operator():
        assert not InboxEntry.objects.filter(tenant_id=town.ref.id).exists()
    import_tenant(actor=SYSTEM, archive=Path(gone.archive_path))
    for _again in range(2):
        project_waiting()
    with as_operator():
        found = InboxEntry.objects.filter(tenant_id=town.ref.id).values_list("id", "title", "state")
        assert list(found) == [(offers[0].id, "offered", "offered")]
    copy = import_tenant(
        actor=SYSTEM, archive=Path(gone.archive_path), wish=Wish(slug=f"{town.slug}-kopie", is_training=True)
    )
    for _again in range(2):
        project_waiting()
    with in_tenant(directory.reload().tenants[copy.tenant.slug].ref):
        assert set(Contribution.objects.values_list("title", "state")) == {
            ("offered", "withdrawn"),
            ("declined", "declined"),
        }
    with as_operator():
        assert InboxEntry.objects.filter(title="offered").count() == 1
