"""Operators and regions: what a deployment has before its first tenant. Written by commands, as the schema's owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.audit.services import record
from tenants.context import as_migration
from tenants.errors import InvalidInput, NotAllowed
from tenants.registry.generations import touch_registry
from tenants.registry.hosts import check_host, normal_host
from tenants.registry.models import Operator, Region

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class OperatorDraft:
    """A regional IT provider, as it is told."""

    slug: str
    name: str
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True)
class RegionDraft:
    """An umbrella portal, as it is told. `area_prefixes`: prefixes of the ARS of its members (2 to 12 digits)."""

    slug: str
    name: str
    short_name: str
    host: str
    tenant_domain: str
    operator_slug: str
    area_prefixes: Sequence[str]
    theme: Mapping[str, object] = field(default_factory=dict)
    contact: Mapping[str, object] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)


def ensure_operators(*, actor: Actor, drafts: Sequence[OperatorDraft]) -> int:
    """Create the operators that are missing; those that exist stay as they are. Return how many were made.

    Raises: NotAllowed unless a command acts.
    """
    _require_command(actor)
    made = 0
    with as_migration(), transaction.atomic():
        for draft in drafts:
            defaults = {"name": draft.name, "phone": draft.phone, "email": draft.email, "address": draft.address}
            row, created = Operator.objects.get_or_create(slug=draft.slug, defaults=defaults)
            if created:
                record(actor=actor, action="operator.created", subject=f"operator:{row.id}", data={"slug": row.slug})
                made += 1
    return made


def ensure_regions(*, actor: Actor, drafts: Sequence[RegionDraft]) -> list[Region]:
    """Create the regions that are missing; those that exist stay as they are. Return all that were named.

    Effects: every process knows a new umbrella's host after commit.
    Raises: NotAllowed unless a command acts; InvalidInput for an unknown operator, area or host; Conflict for a taken
    host.
    """
    _require_command(actor)
    with as_migration(), transaction.atomic():
        return [_ensure_region(actor, draft) for draft in drafts]


def _ensure_region(actor: Actor, draft: RegionDraft) -> Region:
    existing = Region.objects.filter(slug=draft.slug).first()
    if existing is not None:
        return existing
    operator = Operator.objects.filter(slug=draft.operator_slug).first()
    if operator is None:
        raise InvalidInput(_("Den IT-Dienstleister „{slug}“ gibt es nicht.").format(slug=draft.operator_slug))
    wrong = [prefix for prefix in draft.area_prefixes if not (prefix.isdigit() and len(prefix) in {2, 3, 5, 9, 12})]
    if wrong:
        message = _("Ein Gebiet hat 2, 3, 5, 9 oder 12 Ziffern des Regionalschlüssels: {wrong}.")
        raise InvalidInput(message.format(wrong=", ".join(wrong)))
    host = normal_host(draft.host)
    check_host(host)
    region = Region.objects.create(
        slug=draft.slug,
        name=draft.name,
        short_name=draft.short_name,
        host=host,
        tenant_domain=draft.tenant_domain,
        operator=operator,
        area_prefixes=list(draft.area_prefixes),
        theme=dict(draft.theme),
        contact=dict(draft.contact),
        texts={name: dict(text) for name, text in draft.texts.items()},
    )
    record(
        actor=actor, action="region.created", subject=f"region:{region.id}", data={"slug": region.slug, "host": host}
    )
    touch_registry()
    return region


def _require_command(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotAllowed(_("Portalregionen richtet der Betrieb der Plattform ein."))
