"""What a new tenant starts with, added by the rooms above without provisioning knowing them.

An app registers a seed in its `AppConfig.ready()`. Seeds run in the order of their registration, inside the tenant's
own context and in the onboarding transaction: if one fails nothing of the tenant remains. They are idempotent: a
repeated onboarding runs them again and only adds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tenants.actors import Actor
from tenants.context import TenantRef


@dataclass(frozen=True)
class SeedContext:
    """What a seed may know of the new tenant. `options` come from the command or form.

    `is_empty`: the schema was made in this very transaction, so nothing of an earlier run can be there.
    """

    tenant: TenantRef
    actor: Actor
    name: str
    official_name: str
    kind: str
    state_code: str
    ars: str
    host: str
    region_slug: str
    region_name: str
    operator_name: str
    is_empty: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


Seed = Callable[[SeedContext], Mapping[str, str] | None]
_seeds: dict[str, Seed] = {}


def register(name: str, seed: Seed) -> None:
    """Add a seed; what it returns is shown once to whoever onboarded (for example the invitation's path).

    Raises: ValueError when the name is taken.
    """
    if name in _seeds:
        message = f"two seeds named {name!r}"
        raise ValueError(message)
    _seeds[name] = seed


def run_seeds(context: SeedContext) -> dict[str, str]:
    """Run all seeds inside the tenant's context and return what they have to tell."""
    told: dict[str, str] = {}
    for seed in _seeds.values():
        told.update(seed(context) or {})
    return told
