"""The one way in: which schema and which role the database sees, for this thread, task or request.

The truth is one `ContextVar`. The database backend (`tenants.postgresql`) compares it with what it last sent and
sends schema and role in one message before the next statement, so entering a context costs nothing until SQL is
run, and neither threads, nor nesting, nor exceptions, nor rolled-back savepoints can leave a wrong one behind.
A new thread starts with no identity at all: its SQL is refused until it enters a context itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal
from uuid import UUID

from tenants import names

MigrationTarget = Literal["public", "tenant"]


@dataclass(frozen=True)
class TenantRef:
    """What everyone may know of a tenant without asking the database. Held in process by the site directory."""

    id: UUID
    slug: str
    schema: str
    role: str


@dataclass(frozen=True)
class Identity:
    """A role and a search path; `tenant` is set inside a tenant only.

    `owner` stands in for the role in the database; what is written is the role's all the same.
    """

    role: str
    schemas: tuple[str, ...]
    tenant: TenantRef | None = None
    migrates: MigrationTarget | None = None
    owner: str = ""

    @cached_property
    def database_role(self) -> str:
        """Who the database sees."""
        return self.owner or self.role

    @cached_property
    def sql(self) -> str:
        """Both settings in one message. Names are checked, never quoted input."""
        return f"{self.path_sql}; SET ROLE {names.checked(self.database_role)}"

    @cached_property
    def path_sql(self) -> str:
        """The path alone, for a session that has this role already.

        `SET ROLE` makes the server read all of the login's memberships anew once one of them has changed: 4 µs for each
        tenant, at every onboarding.
        """
        path = ", ".join(names.checked(schema) for schema in self.schemas)
        return f"SET search_path TO {path}"


class NoTenantError(RuntimeError):
    """Code that needs a tenant ran outside `in_tenant`."""


_identity: ContextVar[Identity | None] = ContextVar("verbund_identity", default=None)


@lru_cache(maxsize=4096)
def _tenant_identity(tenant: TenantRef) -> Identity:
    schemas = (tenant.schema, names.EXTENSION_SCHEMA, names.PUBLIC_SCHEMA)
    return Identity(role=tenant.role, schemas=schemas, tenant=tenant)


@contextmanager
def _entered(identity: Identity) -> Iterator[Identity]:
    token = _identity.set(identity)
    try:
        yield identity
    finally:
        _identity.reset(token)


@contextmanager
def in_tenant(tenant: TenantRef) -> Iterator[TenantRef]:
    """Run the block as this tenant: its schema first on the path, its role, nothing else.

    Lazy querysets must not leave the block; return lists.
    """
    with _entered(_tenant_identity(tenant)):
        yield tenant


@contextmanager
def in_new_tenant(tenant: TenantRef) -> Iterator[TenantRef]:
    """Run the block in a tenant that this very transaction has made, as the owner of its schema.

    The first `SET ROLE` after a role was made costs 4 µs for each tenant there is: a town's first rows are written
    before anybody becomes that role. Only provisioning may, and only where nothing of the tenant is visible yet.
    """
    identity = replace(_tenant_identity(tenant), owner=names.group_role("migration"))
    with _entered(identity):
        yield tenant


@lru_cache(maxsize=16)
def _as_group(group: names.Group) -> Identity:
    return Identity(role=names.group_role(group), schemas=(names.PUBLIC_SCHEMA, names.EXTENSION_SCHEMA))


@contextmanager
def as_umbrella() -> Iterator[None]:
    """Run the block as the umbrella: reads the registry, the catalogue and the projections; no tenant schema."""
    with _entered(_as_group("umbrella")):
        yield


@contextmanager
def as_operator() -> Iterator[None]:
    """Run the block as the operators' console: writes the registry, reads the audit trail; no tenant schema."""
    with _entered(_as_group("operator")):
        yield


@contextmanager
def as_editor() -> Iterator[None]:
    """Run the block as the editors of the shared catalogue: reads like the umbrella, writes the catalogue's tables."""
    with _entered(_as_group("editor")):
        yield


@contextmanager
def as_accounts() -> Iterator[None]:
    """Run the block as the citizens' accounts: reads and writes their tables, which no tenant's role can see."""
    with _entered(_as_group("accounts")):
        yield


@contextmanager
def as_projector() -> Iterator[None]:
    """Run the block as the worker that reads the outbox and writes the projections."""
    with _entered(_as_group("projector")):
        yield


@contextmanager
def as_migration(schema: str = names.PUBLIC_SCHEMA, *, migrates: MigrationTarget | None = None) -> Iterator[None]:
    """Run the block as the owner of all schemas. Only provisioning, rollout and their commands may.

    `migrates` says which apps Django's migrations may touch meanwhile; see `tenants.router`.
    """
    identity = Identity(
        role=names.group_role("migration"),
        schemas=(schema, names.EXTENSION_SCHEMA),
        migrates=migrates,
    )
    with _entered(identity):
        yield


def current_identity() -> Identity | None:
    """Return who the database would see now, or None."""
    return _identity.get()


def current_tenant_or_none() -> TenantRef | None:
    """Return the tenant of this context, or None outside of one."""
    identity = _identity.get()
    return identity.tenant if identity else None


def current_tenant() -> TenantRef:
    """Return the tenant of this context.

    Raises: NoTenantError outside of `in_tenant`.
    """
    tenant = current_tenant_or_none()
    if tenant is None:
        message = "No tenant here: wrap the call in tenants.context.in_tenant(tenant)."
        raise NoTenantError(message)
    return tenant
