"""What a region's towns begin with: the list, a new preset, one that stands, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.decisions.presentation import DECISION_LABELS
from catalog.editing.guards import actor_of, region_editors_only
from catalog.editing.matrix import list_named_services
from catalog.editing.matrix_filters import MatrixFilters
from catalog.editing.matrix_towns import list_region_towns
from catalog.editing.policies import can_set_presets
from catalog.editing.preset_effects import PresetEffect
from catalog.editing.preset_forms import PresetForm, initial_of, service_target, target_of, topic_target
from catalog.editing.presets import (
    PresetInfo,
    check_wish,
    foresee_preset,
    foresee_removal,
    get_preset,
    list_presets,
    remove_preset,
    set_preset,
)
from catalog.presets.models import PresetDecision
from catalog.services.selectors import list_categories
from tenants.editors.policies import require
from tenants.errors import Conflict, InvalidInput
from tenants.registry.selectors import kind_label

_SAVE = "speichern"


@require_safe
@region_editors_only
def presets(request: HttpRequest) -> HttpResponse:
    """List the region's presets."""
    actor = actor_of(request)
    names = _names(actor.region)
    found = [_shown(one, names) for one in list_presets(actor.region)]
    context = {"presets": found, "can_set": can_set_presets(actor, actor.region)}
    return render(request, "editing/presets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@region_editors_only
def preset_new(request: HttpRequest) -> HttpResponse:
    """Make a preset: first its effect is shown, then it is saved."""
    require(can_set_presets, actor_of(request), actor_of(request).region)
    return _form_page(request, initial={"target": request.GET.get("fuer", ""), "version": 0}, preset=None)


@require_http_methods(["GET", "HEAD", "POST"])
@region_editors_only
def preset(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    """Show a preset with what taking it back would change, and change it."""
    actor = actor_of(request)
    require(can_set_presets, actor, actor.region)
    info = get_preset(actor.region, preset_id)
    return _form_page(request, initial=initial_of(info.wish, version=info.version), preset=info)


@require_POST
@region_editors_only
def preset_remove(request: HttpRequest, preset_id: UUID) -> HttpResponse:
    """Take a preset back; if someone else has changed it meanwhile, show what holds now instead."""
    actor = actor_of(request)
    version = request.POST.get("version", "")
    try:
        remove_preset(
            actor=actor,
            region=actor.region,
            preset_id=preset_id,
            expected_version=int(version) if version.isascii() and version.isdigit() else 0,
        )
    except Conflict as refused:
        info = get_preset(actor.region, preset_id)
        names = _names(actor.region)
        form = _form(request, initial_of(info.wish, version=info.version), names=names)
        return _page(request, form, names=names, preset=info, notice=refused.user_message, status=refused.http_status)
    return HttpResponseRedirect(reverse("catalog_editing:presets"))


def _form_page(request: HttpRequest, *, initial: Mapping[str, object], preset: PresetInfo | None) -> HttpResponse:
    names = _names(actor_of(request).region)
    form = _form(request, initial, names=names, is_sent=request.method == "POST")
    status, effect = HTTPStatus.OK, None
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                effect = _save_or_foresee(request, form)
            except InvalidInput as refused:
                form.add_refusal(refused)
            except Conflict as refused:
                form.add_error(None, refused.user_message)
                status = refused.http_status
            else:
                if effect is None:
                    return HttpResponseRedirect(reverse("catalog_editing:presets"))
                status = HTTPStatus.OK
    return _page(request, form, names=names, preset=preset, effect=effect, status=status)


def _form(
    request: HttpRequest, initial: Mapping[str, object], *, names: Mapping[str, str], is_sent: bool = False
) -> PresetForm:
    kinds = sorted({town.kind for town in list_region_towns(actor_of(request).region)})
    return PresetForm(
        request.POST if is_sent else None, initial=dict(initial), targets=list(names.items()), kinds=kinds
    )


def _page(
    request: HttpRequest,
    form: PresetForm,
    *,
    names: Mapping[str, str],
    preset: PresetInfo | None,
    effect: PresetEffect | None = None,
    notice: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "form": form,
        "preset": preset,
        "notice": notice,
        "title": names.get(target_of(preset.wish), "") if preset else "",
        "effect": _effect_lines(effect) if effect else None,
        "checked": form.fingerprint() if effect else "",
        "removal": _effect_lines(foresee_removal(actor_of(request).region, preset.wish)) if preset else None,
    }
    return render(request, "editing/preset.html", context, status=status)


def _save_or_foresee(request: HttpRequest, form: PresetForm) -> PresetEffect | None:
    """Save when the effect of exactly this was shown and the editor says so; else return the effect."""
    actor, wish = actor_of(request), check_wish(form.wish())
    data = form.cleaned_data
    if request.POST.get("schritt") == _SAVE and data["checked"] == form.fingerprint():
        set_preset(actor=actor, region=actor.region, wish=wish, expected_version=data["version"])
        return None
    return foresee_preset(actor.region, wish)


def _names(region: str) -> dict[str, str]:
    """Return the titles of topics and services by the choices that stand for them."""
    language = (get_language() or "de")[:2]
    prefix = _("Thema: {name}")
    topics = {topic_target(one.code): prefix.format(name=one.label(language)) for one in list_categories()}
    named = list_named_services(region=region, filters=MatrixFilters(), language=language)
    return topics | {service_target(record.id): title for title, record in named}


def _shown(info: PresetInfo, names: Mapping[str, str]) -> dict[str, object]:
    wish = info.wish
    return {
        "id": info.id,
        "title": names.get(target_of(info.wish), _("nicht mehr veröffentlicht")),
        "is_topic": wish.service_id is None,
        "decision": wish.decision,
        "label": str(PresetDecision(wish.decision).label),
        "kinds": ", ".join(kind_label(kind) for kind in sorted(wish.tenant_kinds)) or _("alle"),
        "more": wish.link_authority or wish.link_url or wish.reason,
        "author": info.changed_by,
        "changed_at": info.changed_at,
    }


def _effect_lines(effect: PresetEffect) -> dict[str, object]:
    changes = [(str(DECISION_LABELS[one.before]), str(DECISION_LABELS[one.after]), one.count) for one in effect.changes]
    return {"services": effect.services, "towns": effect.towns, "decided": effect.decided, "changes": changes}
