"""Who acts: the same small value for a page, a command and a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from tenants.trust import TrustLevel

ActorKind = Literal["anonymous", "staff", "support", "operator", "editor", "citizen", "api", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a process that acts. `id` is None for nobody and for the system.

    Staff belong to exactly one tenant (`tenant_id`) and hold `roles` there; operators hold an `operator_id`,
    which scopes what they see and do. Editors of the shared catalogue belong to a `region` (its slug), hold `roles`,
    and `scopes` name the layers they may write to as (layer, area). Programs with a token of a tenant ("api") hold
    `scopes` such as ("services", "read"). "support" is a person of the IT provider who works in one tenant for a while:
    `tenant_id` is that tenant, `support_access` the access under which it happens. Citizens have the `trust_level` that
    their session has now, and no name: it is read from their account where a page shows it.
    """

    kind: ActorKind
    name: str = ""
    id: UUID | None = None
    tenant_id: UUID | None = None
    operator_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    region: str = ""
    scopes: frozenset[tuple[str, str]] = frozenset()
    trust_level: TrustLevel = TrustLevel.NONE
    support_access: UUID | None = None

    @property
    def is_anonymous(self) -> bool:
        """Nobody has signed in."""
        return self.kind == "anonymous"

    def is_staff_of(self, tenant_id: UUID) -> bool:
        """Staff of exactly this tenant."""
        return self.kind == "staff" and self.tenant_id == tenant_id

    def is_support_of(self, tenant_id: UUID) -> bool:
        """Somebody of the IT provider, working in exactly this tenant under an access that is written down there."""
        return self.kind == "support" and self.support_access is not None and self.tenant_id == tenant_id


ANONYMOUS = Actor(kind="anonymous")


def system_actor(name: str) -> Actor:
    """Return the actor of a command or task, named so that the audit trail says which."""
    return Actor(kind="system", name=name)
