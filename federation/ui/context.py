"""Build the frame of a page from its request. Parts may be missing: error pages have no site."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from catalog.editing.navigation import list_pages
from federation.ui.chrome import ChosenMunicipality, Chrome, FooterColumn, NavEntry, Pilot, SignedIn
from federation.ui.paths import entry, german_path, here, language_code, languages
from federation.ui.portal_brand import get_brand
from federation.ui.visits import visit_band
from shared_services.identity.flashes import take_flashes
from shared_services.identity.requests import EDITING_PATH, OWN_AREA_PATH, is_editing
from tenants.actors import ANONYMOUS, Actor
from tenants.links import public_url
from tenants.registry.sites import RegionInfo, Site, TenantInfo, directory

MUNICIPALITY_COOKIE: Final = "verbund_kommune"
STAFF_PATH: Final = "/verwaltung/"


def chrome(request: HttpRequest) -> Chrome:
    """Return the frame of a request's page."""
    site: Site | None = getattr(request, "site", None)
    if site is None:
        return Chrome(language=language_code())
    builders = {"tenant": _tenant, "umbrella": _umbrella, "console": _console}
    frame = builders[site.kind](request, site)
    return replace(
        frame,
        kind=site.kind,
        language=language_code(),
        home_url=here(frame.home_url),
        languages=languages(request),
        canonical_url=request.build_absolute_uri(request.path),
        initials="".join(word[0] for word in frame.site_name.replace("-", " ").split())[:2].upper(),
    )


def chrome_context(request: HttpRequest) -> dict[str, Any]:
    """Offer `chrome` and `messages`, both made when a template first asks: htmx parts never do."""
    return {
        "chrome": SimpleLazyObject(lambda: chrome(request)),
        "messages": SimpleLazyObject(lambda: take_flashes(request) if hasattr(request, "actor") else []),
    }


def _signed_in(request: HttpRequest, base: str) -> SignedIn | None:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.is_anonymous or actor.kind == "citizen":
        return None
    names = {
        "administrator": _("Administration"),
        "auditor": _("Revision"),
        "editor": _("Redaktion"),
        "publisher": _("Freigabe"),
        "translator": _("Übersetzung"),
        "clerk": _("Sachbearbeitung"),
        "cashier": _("Kasse"),
    }
    role = ", ".join(sorted(names.get(role, role) for role in actor.roles))
    # Whoever visits has no account here.
    account_url = "" if actor.kind == "support" else here(f"{base}konto/")
    return SignedIn(name=actor.name, role=role, sign_out_url=here(f"{base}abmelden/"), account_url=account_url)


def _tenant(request: HttpRequest, site: Site) -> Chrome:
    tenant = site.tenant
    if tenant is None:
        return Chrome()
    brand = get_brand()
    region = site.region
    at_work = german_path(request).startswith(STAFF_PATH)
    signed_in = _signed_in(request, STAFF_PATH)
    return Chrome(
        site_name=tenant.name,
        claim=_("Verwaltung des Portals") if at_work else brand.claim or tenant.official_name,
        home_url=STAFF_PATH if at_work and signed_in else "/",
        public_url=here("/"),
        logo_url=brand.logo_url,
        navigation=_tenant_navigation(request),
        side_navigation=_staff_navigation(request) if at_work and signed_in else (),
        access_links=_access_links(request),
        own_area=None if at_work else entry(request, _("Mein Konto"), OWN_AREA_PATH, icon="user"),
        footer=_tenant_footer(request, brand.links),
        umbrella=NavEntry(label=region.name, url=public_url(region.host, here("/"))) if region else None,
        municipality=_own_municipality(tenant, site),
        theme_css_url=brand.theme_css_url,
        pilot=_pilot(tenant),
        is_training=tenant.is_training,
        visit=visit_band(request) if at_work else None,
        actor=signed_in,
    )


def _own_municipality(tenant: TenantInfo, site: Site) -> ChosenMunicipality | None:
    if site.region is None:
        return None
    change_url = public_url(site.region.host, here("/kommune/aendern/"))
    return ChosenMunicipality(name=tenant.name, url=here("/"), change_url=change_url)


def _pilot(tenant: TenantInfo) -> Pilot | None:
    if tenant.life != "pilot":
        return None
    text = _("Dieses Portal wird gerade erprobt. Sagen Sie uns, was gut klappt und was fehlt.")
    return Pilot(text=text, feedback_url=here("/feedback/"))


def _tenant_navigation(request: HttpRequest) -> tuple[NavEntry, ...]:
    return (
        entry(request, _("Startseite"), "/"),
        entry(request, _("Leistungen von A bis Z"), "/leistungen/"),
        entry(request, _("Lebenslagen"), "/lebenslagen/"),
        entry(request, _("Kontakt"), "/kontakt/"),
    )


def _access_links(request: HttpRequest) -> tuple[NavEntry, ...]:
    return (
        entry(request, _("Leichte Sprache"), "/leichte-sprache/", icon="easy-language"),
        entry(request, _("Gebärdensprache"), "/gebaerdensprache/", icon="sign-language"),
    )


def _tenant_footer(request: HttpRequest, links: tuple[NavEntry, ...]) -> tuple[FooterColumn, ...]:
    service = FooterColumn(
        heading=_("Service"),
        entries=(
            entry(request, _("Leistungen von A bis Z"), "/leistungen/"),
            entry(request, _("Kontakt und Öffnungszeiten"), "/kontakt/"),
            entry(request, _("Ämter und Stellen"), "/stellen/"),
            entry(request, _("Behörden"), "/behoerden/"),
            *links,
        ),
    )
    accessible = FooterColumn(
        heading=_("Barrierefreiheit"),
        entries=(
            entry(request, _("Erklärung zur Barrierefreiheit"), "/barrierefreiheit/"),
            entry(request, _("Barriere melden, Rückmeldung geben"), "/feedback/"),
            *_access_links(request),
        ),
    )
    legal = FooterColumn(
        heading=_("Rechtliches"),
        entries=(
            entry(request, _("Impressum"), "/impressum/"),
            entry(request, _("Datenschutz"), "/datenschutz/"),
            entry(request, _("Anmeldung für Beschäftigte"), STAFF_PATH),
        ),
    )
    return (service, accessible, legal)


def _staff_navigation(request: HttpRequest) -> tuple[NavEntry, ...]:
    pages: tuple[tuple[str, str, str], ...] = (
        (_("Übersicht"), "", "home"),
        (_("Leistungen"), "leistungen/", "list"),
        (_("Hinweise"), "hinweise/", "megaphone"),
        (_("Kontakt"), "kontakt/", "phone"),
        (_("Öffnungszeiten"), "oeffnungszeiten/", "clock"),
        (_("Stellen"), "stellen/", "council"),
        (_("Erscheinungsbild"), "erscheinungsbild/", "palette"),
        (_("Rechtliche Seiten"), "seiten/", "document"),
        (_("Rückmeldungen"), "rueckmeldungen/", "chat"),
    )
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    trail = (_("Protokoll"), "protokoll/", "eye")
    if "administrator" in actor.roles:
        team = ((_("Team"), "team/", "users"), (_("Zugänge"), "zugaenge/", "app"))
        pages = (*pages, *team, trail, (_("IT-Dienstleister"), "zugriff/", "lock"))
    elif actor.kind == "support":
        pages = (*(page for page in pages if page[1] != "rueckmeldungen/"), trail)
    elif "editor" not in actor.roles:
        # The first page, and of the services what translators work on; whoever only reads the trail has that alone.
        first = pages[: 2 if "translator" in actor.roles else 1] if actor.roles - {"auditor"} else ()
        pages = (*first, *((trail,) if "auditor" in actor.roles else ()))
    elif "auditor" in actor.roles:
        pages = (*pages, trail)
    return tuple(entry(request, label, STAFF_PATH + path, icon=icon, exact=not path) for label, path, icon in pages)


def _umbrella(request: HttpRequest, site: Site) -> Chrome:
    region = site.region
    if region is None:
        return Chrome()
    if is_editing(request):
        return _editing(request, region)
    return Chrome(
        site_name=region.name,
        claim=region.claim,
        navigation=(
            entry(request, _("Startseite"), "/"),
            entry(request, _("Leistungen"), "/leistungen/"),
            entry(request, _("Themen"), "/themen/"),
            entry(request, _("Lebenslagen"), "/lebenslagen/"),
            entry(request, _("Kommunen"), "/kommunen/"),
            entry(request, _("Mitglieder"), "/mitglieder/"),
        ),
        access_links=_access_links(request),
        own_area=entry(request, _("Mein Konto"), OWN_AREA_PATH, icon="user"),
        footer=_umbrella_footer(request),
        municipality=_chosen_municipality(request, region.slug),
        choose_url=here("/kommune/aendern/"),
        theme_css_url="/thema.css",
    )


def _editing(request: HttpRequest, region: RegionInfo) -> Chrome:
    """Return the frame of the editors' work area."""
    signed_in = _signed_in(request, EDITING_PATH)
    pages = list_pages(getattr(request, "actor", ANONYMOUS)) if signed_in else []
    return Chrome(
        site_name=region.name,
        claim=_("Redaktion des gemeinsamen Katalogs"),
        home_url=EDITING_PATH if signed_in else "/",
        public_url=here("/"),
        side_navigation=tuple(
            entry(request, str(page.label), page.path, icon=page.icon, exact=page.is_exact) for page in pages
        ),
        footer=_umbrella_footer(request),
        theme_css_url="/thema.css",
        actor=signed_in,
    )


def _umbrella_footer(request: HttpRequest) -> tuple[FooterColumn, ...]:
    region = FooterColumn(
        heading=_("Region"),
        entries=(
            entry(request, _("Leistungen von A bis Z"), "/leistungen/"),
            entry(request, _("Themen"), "/themen/"),
            entry(request, _("Kommune finden"), "/kommunen/"),
            entry(request, _("Mitglieder"), "/mitglieder/"),
        ),
    )
    accessible = FooterColumn(
        heading=_("Barrierefreiheit"),
        entries=(
            entry(request, _("Erklärung zur Barrierefreiheit"), "/barrierefreiheit/"),
            entry(request, _("Barriere melden"), "/barrierefreiheit/rueckmeldung/"),
            *_access_links(request),
        ),
    )
    legal = FooterColumn(
        heading=_("Rechtliches"),
        entries=(
            entry(request, _("Impressum"), "/impressum/"),
            entry(request, _("Datenschutz"), "/datenschutz/"),
            entry(request, _("Anmeldung für die Redaktion"), EDITING_PATH),
        ),
    )
    return (region, accessible, legal)


def _chosen_municipality(request: HttpRequest, region_slug: str) -> ChosenMunicipality | None:
    """Return the town of the cookie if it is one of this region and open; the cookie is a visitor's word, no more."""
    tenant = directory.snapshot().tenants.get(request.COOKIES.get(MUNICIPALITY_COOKIE, ""))
    if tenant is None or tenant.region_slug != region_slug or not tenant.is_listed:
        return None
    change_url = here("/kommune/aendern/")
    return ChosenMunicipality(name=tenant.name, url=public_url(tenant.host, here("/")), change_url=change_url)


def _console(request: HttpRequest, site: Site) -> Chrome:
    del site
    signed_in = _signed_in(request, "/")
    pages = (
        (_("Übersicht"), "/", "home"),
        (_("Kommunen"), "/kommunen/", "council"),
        (_("Kommune einrichten"), "/kommunen/neu/", "plus"),
        (_("Redaktion"), "/redaktion/", "users"),
        (_("Ausrollung"), "/ausrollung/", "layers"),
        (_("Protokoll"), "/protokoll/", "eye"),
        (_("E-Mail"), "/e-mail/", "mail"),
        (_("Rückmeldungen"), "/rueckmeldungen/", "chat"),
        (_("Gestaltung"), "/gestaltung/", "palette"),
    )
    side = tuple(entry(request, label, path, icon=icon) for label, path, icon in pages)
    if side[2].current:
        side = (side[0], replace(side[1], current=False), *side[2:])
    return Chrome(
        site_name="Verbund",
        claim=_("Konsole für IT-Dienstleister"),
        side_navigation=side if signed_in else (),
        actor=signed_in,
    )
