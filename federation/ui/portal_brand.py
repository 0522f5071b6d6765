"""What a town's own profile adds to the frame: claim, logo, colours, and links to its other places on the web."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from federation.ui.chrome import NavEntry
from shared_services.portal.selectors import get_profile


@dataclass(frozen=True, slots=True)
class Brand:
    """A town's look, as far as it gave one."""

    claim: str = ""
    logo_url: str = ""
    theme_css_url: str = ""
    links: tuple[NavEntry, ...] = ()


def get_brand() -> Brand:
    """Return the look of the tenant in whose context the page is built, in one query."""
    profile = get_profile()
    addresses = (
        (_("Internetseite der Kommune"), profile.website_url),
        (_("App der Kommune"), profile.app_url),
        (_("Ratsinformationssystem"), profile.council_url),
    )
    return Brand(
        claim=profile.claim,
        logo_url=profile.logo_url,
        theme_css_url=profile.theme_css_url,
        links=tuple(NavEntry(label=label, url=url) for label, url in addresses if url),
    )
