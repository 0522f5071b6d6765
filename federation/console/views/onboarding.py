"""A new municipality by form, in three steps of one address: region, municipality, details."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from federation.console.forms import OnboardingForm
from federation.console.once import keep_link
from shared_services.identity.decorators import operator_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of
from tenants.errors import Conflict, InvalidInput, NotFound
from tenants.links import public_url
from tenants.operators.selectors import list_onboarding_regions
from tenants.provisioning.areas import Area
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.selectors import RegionAreas, area_label, find_areas, get_region_areas
from tenants.provisioning.services import Onboarded
from tenants.provisioning.services import onboard as onboard_tenant
from tenants.registry.selectors import kind_label
from tenants.registry.sites import RegionInfo

# More hits than this are no help: the person types more letters.
_HITS_SHOWN = 30
_TEXT_LENGTH = 100


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def onboard(request: HttpRequest) -> HttpResponse:
    """Choose region and municipality, check the details, then create everything at once."""
    regions = list_onboarding_regions(actor=actor_of(request))
    if request.method == "POST":
        return _create(request, regions)
    wanted = request.GET.get("region", "")
    if not wanted and len(regions) != 1:
        return render(request, "console/onboard_region.html", {"regions": regions})
    region = _own_region(regions, wanted) if wanted else regions[0]
    areas = get_region_areas(region.slug)
    text = request.GET.get("kommune", "")[:_TEXT_LENGTH].strip()
    hits = find_areas(areas.open, text) if text else []
    if len(hits) != 1:
        return _choose_area(request, region, areas)
    return _details(request, region, _prefilled(region, hits[0], areas))


def _own_region(regions: list[RegionInfo], slug: str) -> RegionInfo:
    found = next((region for region in regions if region.slug == slug), None)
    if found is None:
        raise NotFound(_("Diese Portalregion gibt es nicht."))
    return found


def _choose_area(request: HttpRequest, region: RegionInfo, areas: RegionAreas) -> HttpResponse:
    text = request.GET.get("kommune", "")[:_TEXT_LENGTH].strip()
    hits = find_areas(areas.open, text) if text else []
    known = find_areas(list(areas.all.values()), text) if text and not hits else []
    error = ""
    if "kommune" in request.GET and not text:
        error = _("Geben Sie den Namen oder den Schlüssel der Kommune ein.")
    elif known:
        error = _("{name} ist schon eingerichtet.").format(name=known[0].name)
    elif text and not hits:
        error = _("In dieser Region gibt es keine Kommune „{text}“. Prüfen Sie die Schreibweise.").format(text=text)
    context = {
        "region": region,
        "text": text,
        "error": error,
        "options": [(area_label(area), kind_label(area.kind)) for area in areas.open],
        "hits": [(area, area_label(area), kind_label(area.kind)) for area in (hits or areas.open)[:_HITS_SHOWN]],
        "has_hits": bool(hits),
        "open_count": len(hits or areas.open),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "console/onboard_area.html", context, status=status)


def _prefilled(region: RegionInfo, area: Area, areas: RegionAreas) -> OnboardingForm:
    return OnboardingForm(
        initial={
            "region_slug": region.slug,
            "ags": area.ags,
            "official_name": area.official_name,
            "slug": area.slug,
            "host": f"{area.slug}.{areas.tenant_domain}",
            "life": "setup",
        }
    )


def _details(
    request: HttpRequest, region: RegionInfo, form: OnboardingForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return render(request, "console/onboard.html", {"form": form, "region": region}, status=status)


def _create(request: HttpRequest, regions: list[RegionInfo]) -> HttpResponse:
    region = _own_region(regions, request.POST.get("region_slug", ""))
    form = OnboardingForm(request.POST)
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            done = onboard_tenant(actor=actor_of(request), request=_request(form))
        except (InvalidInput, Conflict, NotFound) as refused:
            form.add_refusal(refused)
            status = refused.http_status
        else:
            return _show(request, done)
    return _details(request, region, form, status=status)


def _request(form: OnboardingForm) -> OnboardingRequest:
    given = form.cleaned_data
    return OnboardingRequest(
        slug=given["slug"],
        ags=given["ags"],
        region_slug=given["region_slug"],
        host=given["host"],
        other_hosts=form.list_other_hosts(),
        official_name=given["official_name"],
        admin_email=given["admin_email"],
        life=given["life"],
    )


def _show(request: HttpRequest, done: Onboarded) -> HttpResponse:
    """Go to the municipality's page. The link waits there: a second click on the button must not lose it."""
    path = done.told.get("invitation_path")
    if path:
        keep_link(actor_of(request), done.slug, public_url(done.host, path))
    if email := done.told.get("invitation_mailed_to"):
        flash(request, _("Die Einladung ist per E-Mail an {email} unterwegs.").format(email=email), "info")
    if done.created:
        flash(request, _("Das Portal ist eingerichtet und antwortet unter {host}.").format(host=done.host))
    elif done.completed:
        flash(request, _("Das Portal gab es schon. Ergänzt: {what}.").format(what=", ".join(done.completed)))
    elif not path:
        flash(request, _("Das Portal gibt es schon unter {host}.").format(host=done.host), "info")
    return HttpResponseRedirect(reverse("console:tenant", args=[done.slug]))
