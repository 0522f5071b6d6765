"""What a town's own profile adds to the frame: logo, claim, links, colours."""

from dataclasses import dataclass

from federation.ui.chrome import NavEntry
from tenants.registry.sites import TenantInfo


@dataclass(frozen=True, slots=True)
class Brand:
    """A town's look, as far as it gave one."""

    claim: str = ""
    logo_url: str = ""
    theme_css_url: str = ""
    links: tuple[NavEntry, ...] = ()


def get_brand(tenant: TenantInfo) -> Brand:
    """Return the look of the tenant whose page is being built."""
    del tenant
    return Brand(theme_css_url="/thema.css")
