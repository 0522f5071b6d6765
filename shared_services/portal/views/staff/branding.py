"""Look of the portal: claim, colours with their measured contrast, logo."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shared_services.identity.decorators import staff_required
from shared_services.identity.flashes import flash
from shared_services.identity.requests import actor_of, site_of
from shared_services.portal import services
from shared_services.portal.contrast import ground_labels, list_pairs, mode_label, parse_theme
from shared_services.portal.editing import EditState, branding_state
from shared_services.portal.requests import profile_of, tenant_of
from shared_services.portal.staff_forms import BrandingForm, LogoForm
from shared_services.portal.staff_forms.branding import COLOURS
from shared_services.portal.theme_presets import PRESETS, preset
from shared_services.portal.theming import GROUNDS
from shared_services.portal.views.staff.editor import Outcome, posted_from, submit
from tenants.errors import InvalidInput


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def staff_branding(request: HttpRequest) -> HttpResponse:
    """Show and change claim and colours. `?farben=<preset>` fills the form with the colours of a preset."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request, Outcome(_first_form(request)))
    form = BrandingForm(request.POST)
    save = partial(_save, request, form)
    outcome = submit(form, save=save, state=partial(branding_state, actor=actor))
    if outcome is not None:
        return _page(request, outcome)
    flash(request, _("Das Erscheinungsbild ist gespeichert. Auf Ihren Seiten gilt es ab sofort."))
    return HttpResponseRedirect(reverse("portal:staff_branding"))


def _save(request: HttpRequest, form: BrandingForm) -> None:
    services.update_branding(
        actor=actor_of(request), claim=form.claim, theme=form.theme_values, seen=form.cleaned_data["seen"]
    )


@staff_required
@posted_from("portal:staff_branding")
def staff_branding_preview(request: HttpRequest) -> HttpResponse:
    """Measure the colours of the form without saving: the whole page, or for htmx the measured part."""
    form = BrandingForm(request.POST)
    form.is_valid()
    if getattr(request, "htmx", False):
        return render(request, "portal/_contrast.html", _contrast(form))
    return _page(request, Outcome(form))


@staff_required
@posted_from("portal:staff_branding")
def staff_logo(request: HttpRequest) -> HttpResponse:
    """Take a logo."""
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["logo"]
        try:
            services.set_logo(actor=actor_of(request), upload=upload.file, size_bytes=upload.size)
        except InvalidInput as refused:
            form.add_refusal(refused)
        else:
            flash(request, _("Das Logo ist gespeichert."))
            return HttpResponseRedirect(reverse("portal:staff_branding"))
    return _page(request, Outcome(_first_form(request), HTTPStatus.UNPROCESSABLE_ENTITY), logo_form=form)


@require_POST
@staff_required
def staff_logo_remove(request: HttpRequest) -> HttpResponse:
    """Go without a logo."""
    services.remove_logo(actor=actor_of(request))
    flash(request, _("Das Logo ist entfernt. Im Kopf der Seiten steht jetzt der Anfangsbuchstabe."))
    return HttpResponseRedirect(reverse("portal:staff_branding"))


def _first_form(request: HttpRequest) -> BrandingForm:
    state = branding_state(actor=actor_of(request))
    if not state.values["theme"]:
        values = {**state.values, "theme": preset(tenant_of(request).region_slug).as_dict()}
        state = EditState(values, state.seen, state.updated_by)
    form = BrandingForm.filled(state)
    wanted = request.GET.get("farben", "")
    return BrandingForm(initial=form.with_theme(PRESETS[wanted])) if wanted in PRESETS else form


def _page(request: HttpRequest, outcome: Outcome, *, logo_form: LogoForm | None = None) -> HttpResponse:
    context = {
        **outcome.context(),
        **_contrast(outcome.form),
        "modes": [(mode, mode_label(mode), outcome.form.mode_fields(mode)) for mode in ("light", "dark")],
        "logo_form": logo_form or LogoForm(),
        "logo_url": profile_of(request).logo_url,
        "presets": _presets(request),
        "colour_labels": [ground_labels()[name] for name in COLOURS],
    }
    return render(request, "portal/staff_branding.html", context, status=outcome.status)


def _presets(request: HttpRequest) -> list[tuple[str, str]]:
    region = site_of(request).region
    own = [(region.slug, region.name)] if region and region.slug in PRESETS else []
    return [*own, ("neutral", _("Neutral"))]


def _contrast(form: BrandingForm) -> dict[str, Any]:
    try:
        theme = parse_theme(form.theme_values)
    except InvalidInput:
        return {"measured": []}
    pairs, colours = list_pairs(theme), theme.as_dict()
    return {
        "measured": [
            {
                "mode": mode,
                "label": mode_label(mode),
                "pairs": pairs[mode],
                "colours": colours[mode],
                "page": GROUNDS[mode].page,
            }
            for mode in ("light", "dark")
        ]
    }
