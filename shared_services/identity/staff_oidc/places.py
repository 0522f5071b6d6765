"""Where people work: a town's portal, a region's umbrella, the console; and what each is called at Keycloak."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from shared_services.identity.keycloak.clients import (
    organisation_alias,
    organisation_domain,
    work_callback_path,
)
from shared_services.identity.keycloak.known import CONSOLE
from tenants.context import TenantRef
from tenants.errors import NotFound
from tenants.registry.sites import Site, directory


@dataclass(frozen=True, slots=True)
class Place:
    """One site for work. `key` is that of sessions; `organisation` the alias of those who work here, at Keycloak."""

    key: str
    organisation: str
    callback: str
    name: str
    tenant: TenantRef | None = None
    region: str = ""

    @property
    def tenant_id(self) -> UUID | None:
        """The town, where it is one."""
        return self.tenant.id if self.tenant is not None else None

    @property
    def domain(self) -> str:
        """What finds the organisation at Keycloak."""
        return organisation_domain(self.organisation)

    @property
    def slug(self) -> str:
        """The name by which commands and the file with the providers speak of it."""
        return self.tenant.slug if self.tenant is not None else self.region or CONSOLE

    @property
    def key_scope(self) -> str:
        """The scope of data keys of those who work here."""
        return str(self.tenant_id) if self.tenant_id is not None else "account"


def place_of_site(site: Site) -> Place:
    """Return the place that a host stands for."""
    organisation, callback = organisation_alias(site), work_callback_path(site.kind)
    if site.tenant is not None:
        name = site.tenant.official_name or site.tenant.name
        return Place(str(site.tenant.id), organisation, callback, name, tenant=site.tenant.ref)
    if site.kind == "umbrella" and site.region is not None:
        return Place(f"umbrella:{site.region.slug}", organisation, callback, site.region.name, region=site.region.slug)
    return Place(str(site.kind), organisation, callback, _("Konsole"))


def find_place(name: str) -> Place:
    """Return the place that a command names: a town's or a region's slug, or that of the console. Raises: NotFound."""
    snapshot = directory.snapshot()
    known = {CONSOLE: settings.VERBUND_CONSOLE_HOST}
    known |= {slug: region.host for slug, region in snapshot.regions.items()}
    known |= {slug: tenant.host for slug, tenant in snapshot.tenants.items()}
    site = directory.resolve(known.get(name, ""))
    if site is None:
        raise NotFound(_("„{name}“ ist weder Kommune noch Region noch „konsole“.").format(name=name))
    return place_of_site(site)
