"""Who has not been reminded in a period yet."""

from __future__ import annotations

from shared_services.notifications.models import ReminderRound
from tenants.context import as_projector
from tenants.registry.sites import RegionInfo, TenantInfo, directory


def list_due(period: str) -> tuple[list[TenantInfo], list[RegionInfo]]:
    """Return the towns and regions whose turn it is in a period: one query, however many there are.

    Training copies and towns that are not open are left in peace.
    """
    snapshot = directory.snapshot()
    with as_projector():
        rows = ReminderRound.objects.filter(period=period).values_list("tenant_id", "owner_role", "region")
        done = set(rows)
    towns = [one for one in snapshot.tenants.values() if one.is_listed and (one.id, one.ref.role, "") not in done]
    reminded = {region for _tenant, _role, region in done if region}
    return towns, [one for one in snapshot.regions.values() if one.slug not in reminded]
