"""Where an editor sits: who it is, at which layer's catalogue, and the service on the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.editing.guards import actor_of
from catalog.editing.places import Scope, scope_from, scope_from_key
from catalog.editing.selectors import EditedService, get_edited_service
from catalog.resolution.values import FIELDS, SOURCE_LANGUAGE, TEXT_LANGUAGES, FieldKey, Layer
from tenants.actors import Actor
from tenants.editors.scopes import sort_scopes
from tenants.errors import NotAllowed, NotFound

# A field without language in an address.
NEUTRAL: Final = "alle"
SCOPE: Final = "ebene"
LANGUAGE: Final = "sprache"


@dataclass(frozen=True, slots=True)
class Desk:
    """An editor at a layer. `is_chosen`: the address names the layer."""

    actor: Actor
    scope: Scope
    scopes: tuple[Scope, ...]
    is_chosen: bool

    def tabs(self, path: str) -> list[dict[str, object]]:
        """Return a tab for each layer of the editor."""
        return [
            {"label": one.name, "href": f"{path}?{urlencode({SCOPE: one.key})}", "current": one == self.scope}
            for one in self.scopes
        ]


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk that the address names; without a name that of the region, or the editor's first.

    Raises: NotAllowed for a layer that is not the editor's; NotFound for one that does not exist.
    """
    actor = actor_of(request)
    scopes = tuple(scope_from(layer, area) for layer, area in sort_scopes(actor.scopes))
    asked = request.GET.get(SCOPE, "")
    if asked:
        scope = scope_from_key(asked)
        if scope not in scopes:
            raise NotAllowed(_("Diese Ebene gehört nicht zu Ihrem Konto. Wählen Sie eine Ihrer Ebenen."))
        return Desk(actor, scope, scopes, is_chosen=True)
    if not scopes:
        raise NotAllowed(_("Ihr Konto hat noch keine Ebene. Wenden Sie sich an Ihren IT-Dienstleister."))
    own = next((one for one in scopes if one.layer is Layer.REGION), scopes[0])
    return Desk(actor, own, scopes, is_chosen=False)


def open_service(request: HttpRequest, slug: str) -> tuple[Desk, EditedService]:
    """Return the desk and the service on it; without a layer in the address one where a draft is open.

    Raises: NotFound; NotAllowed.
    """
    desk = desk_of(request)
    found = get_edited_service(slug, desk.scope, actor=desk.actor)
    if desk.is_chosen or found.draft is not None:
        return desk, found
    wanted = [one.scope for one in found.other_drafts if one.scope in desk.scopes]
    if not wanted:
        return desk, found
    there = get_edited_service(slug, wanted[0], actor=desk.actor)
    return Desk(desk.actor, wanted[0], desk.scopes, is_chosen=False), there


def service_path(name: str, service: EditedService, **more: str) -> str:
    """Return the address of a page about a service on its layer; `more` are further parts of the path."""
    path = reverse(f"catalog_editing:{name}", kwargs={"slug": service.slug, **more})
    return f"{path}?{urlencode({SCOPE: service.scope.key})}"


def back_to(name: str, service: EditedService, *, saved: str = "", key: FieldKey | None = None) -> HttpResponseRedirect:
    """Return to a page about a service with a confirmation, at the field that was changed."""
    query = {SCOPE: service.scope.key}
    if saved:
        query["gespeichert"] = saved
    if key is not None and key.language not in {"", SOURCE_LANGUAGE}:
        query[LANGUAGE] = key.language
    path = reverse(f"catalog_editing:{name}", kwargs={"slug": service.slug})
    return HttpResponseRedirect(f"{path}?{urlencode(query)}{f'#{anchor_of(key)}' if key else ''}")


def anchor_of(key: FieldKey) -> str:
    """Return the id of a field's line on the page of its service."""
    return f"feld-{key.field}-{key.language or NEUTRAL}"


def key_from(name: str, language: str) -> FieldKey:
    """Return the field that a path names. Raises: NotFound."""
    spec = FIELDS.get(name)
    stored = "" if language == NEUTRAL else language
    if spec is None or stored not in spec.languages:
        raise NotFound(_("Dieses Feld gibt es nicht."))
    return FieldKey(name, stored)


def language_of(request: HttpRequest) -> str:
    """Return the language of the texts that the page shows."""
    asked = request.GET.get(LANGUAGE, "")
    return asked if asked in TEXT_LANGUAGES else SOURCE_LANGUAGE


def saved_message(request: HttpRequest) -> str:
    """Return the confirmation that the address names, or ""."""
    messages = {
        "entwurf": _("Gespeichert im Entwurf. Bürgerinnen und Bürger sehen es erst, wenn er veröffentlicht ist."),
        "verworfen": _("Die Änderung ist verworfen. Es gilt, was veröffentlicht ist."),
        "sperre": _("Die Sperre ist im Entwurf vorgemerkt. Sie gilt, sobald er veröffentlicht ist."),
        "eckdaten": _("Die Eckdaten sind im Entwurf gespeichert."),
        "eingereicht": _("Der Entwurf liegt jetzt zur Prüfung."),
        "zurueckgeholt": _("Der Entwurf ist wieder in Arbeit."),
        "zurueckgegeben": _("Der Entwurf ist mit Ihrem Hinweis wieder bei der Redaktion."),
        "veroeffentlicht": _("Veröffentlicht. Alle Kommunen, die folgen, zeigen die neue Fassung."),
        "geplant": _("Freigegeben. Der Entwurf wird zum gewählten Zeitpunkt veröffentlicht."),
        "entwurf-verworfen": _("Der Entwurf ist verworfen."),
        "freigegeben": _("Die Leistung ist fachlich freigegeben."),
        "archiviert": _("Die Leistung ist archiviert und auf keiner Seite mehr zu sehen."),
        "wiederhergestellt": _("Die Leistung ist wieder veröffentlicht."),
        "fassung": _("Die frühere Fassung liegt jetzt als Entwurf vor. Prüfen und veröffentlichen Sie ihn."),
        "angelegt": _("Die Leistung ist angelegt. Schreiben Sie jetzt die Texte, dann veröffentlichen Sie sie."),
        "ansicht": _("Die Ansicht ist gespeichert. Sie steht über der Liste."),
        "ansicht-geloescht": _("Die Ansicht ist gelöscht."),
        "ansicht-geteilt": _("Die Freigabe der Ansicht ist geändert."),
        "regeln": _("Die Regel ist gespeichert und gilt ab sofort."),
    }
    return messages.get(request.GET.get("gespeichert", ""), "")
