"""Earlier texts of a field that come back as drafts, and drafts that were discarded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from markupsafe import Markup

from catalog.decisions.draft_workflow import submit_drafts
from catalog.decisions.drafting import Seen, save_draft
from catalog.decisions.drafts import list_discarded
from catalog.decisions.guards import actor_of
from catalog.decisions.homes import Home, Place
from catalog.decisions.models import Cause
from catalog.decisions.presentation import render_value
from catalog.resolution.values import FIELDS, Json


@dataclass(frozen=True, slots=True)
class DiscardedLine:
    """A draft that was not published, as the page of the history shows it."""

    author: str
    closed_by: str
    closed_at: dt.datetime | None
    shown: Markup


def restore_as_draft(request: HttpRequest, home: Home, place: Place, *, value: Json, version: int | None) -> str:
    """Hand an earlier text in for a second person to publish, and return the name of the confirmation.

    Raises: Conflict, also while there is a draft of the field.
    """
    actor = actor_of(request)
    seen = Seen(version=0, own_version=version)
    draft = save_draft(actor=actor, home=home, place=place, value=value, seen=seen, cause=Cause.RESTORED)
    if draft is None:
        return "unveraendert"
    submit_drafts(actor=actor, home=home, service_id=place.service_id, chosen={draft.id: draft.version})
    return "eingereicht"


def list_discarded_lines(place: Place) -> list[DiscardedLine]:
    """Return the drafts of a field that were discarded, the newest first."""
    spec, nothing = FIELDS[place.key.field], Markup("<p>{}</p>").format(_("Bewusst leer gelassen."))
    return [
        DiscardedLine(
            one.edited_by, one.closed_by, one.closed_at, render_value(spec, one.value, place.key.language) or nothing
        )
        for one in list_discarded(place)
    ]
