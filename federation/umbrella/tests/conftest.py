"""The directory of sites with a change, and a witness of every query."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tenants.context import current_identity
from tenants.registry.sites import TenantInfo, directory

Change = Callable[..., None]


@pytest.fixture
def region(visit: Callable[[str], Client]) -> Client:
    """Return a visitor of the Emscher-Lippe umbrella."""
    return visit("emscher-lippe.localhost")


@pytest.fixture
def muensterland(visit: Callable[[str], Client]) -> Client:
    """Return a visitor of the Münsterland umbrella, whose districts answer for many towns."""
    return visit("muensterland.localhost")


@pytest.fixture
def change_tenant(db: None, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Return a function that changes what the directory knows: `change_tenant("gladbeck", life="suspended")`."""

    def change(slug: str, **values: Any) -> None:
        snapshot = directory.snapshot()
        changed: TenantInfo = replace(snapshot.tenants[slug], **values)
        tenants = MappingProxyType({**snapshot.tenants, slug: changed})
        sites = {
            host: replace(site, tenant=changed) if site.tenant is not None and site.tenant.slug == slug else site
            for host, site in snapshot.sites.items()
        }
        monkeypatch.setattr(directory, "_snapshot", replace(snapshot, tenants=tenants, sites=MappingProxyType(sites)))

    return change


class Witness:
    """What was asked of the database, and as whom."""

    def __init__(self) -> None:
        """Start empty."""
        self.statements: list[str] = []
        self.roles: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's own order
        """Note and go on."""
        identity = current_identity()
        self.statements.append(sql)
        self.roles.add(identity.role if identity else "")
        return execute(sql, params, many, context)


@pytest.fixture
def witness(db: None) -> Iterator[Witness]:
    """Watch every query of the test; the directory is loaded before."""
    directory.snapshot()
    seen = Witness()
    with connection.execute_wrapper(seen):
        yield seen
