"""In whose name a mail goes out, and who gets the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings

from tenants.context import current_tenant
from tenants.links import public_url
from tenants.registry.models import Domain
from tenants.registry.sites import OperatorInfo, RegionInfo

_NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A portal that writes: its name, its first page, and who reads the answers. `tenant_id`, `region`: whose it is."""

    name: str
    home_url: str
    reply_to: str = ""
    tenant_id: UUID | None = None
    region: str = ""

    def url(self, path: str, *, language: str = "de") -> str:
        """Return the address of a page there, given its German path. German stands at the root."""
        return f"{self.home_url.rstrip('/')}{'' if language == 'de' else f'/{language}'}{path}"


_town_addresses: list[Callable[[], str]] = []


def answers_go_to(find: Callable[[], str]) -> None:
    """Register how the address for answers to a town's mails is found, inside the town's context."""
    _town_addresses.append(find)


def town_sender() -> Sender:
    """Return the town of the running context. Two queries: a town that is being onboarded is in no directory yet.

    Raises: NoTenantError outside a tenant.
    """
    ref = current_tenant()
    reply_to = next((found for find in _town_addresses if (found := find())), "")
    host = Domain.objects.select_related("tenant__region").get(tenant_id=ref.id, is_primary=True)
    return Sender(
        name=host.tenant.official_name[:_NAME_LENGTH],
        home_url=public_url(host.domain),
        reply_to=reply_to,
        tenant_id=ref.id,
        region=host.tenant.region.slug,
    )


def region_sender(region: RegionInfo) -> Sender:
    """Return a region's umbrella."""
    reply_to = str(region.contact.get("email") or region.operator.email)
    return Sender(
        name=region.name[:_NAME_LENGTH], home_url=public_url(region.host), reply_to=reply_to, region=region.slug
    )


def operator_sender(operator: OperatorInfo) -> Sender:
    """Return an IT provider's console."""
    return Sender(
        name=operator.name[:_NAME_LENGTH],
        home_url=public_url(settings.VERBUND_CONSOLE_HOST),
        reply_to=operator.email,
    )
