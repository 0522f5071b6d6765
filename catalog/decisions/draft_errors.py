"""Say in words why a draft can't be written or published."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.decisions.models import ValueDraft
from catalog.resolution.values import Json
from catalog.services.fields import FIELD_LABELS
from tenants.errors import Conflict, InvalidInput, NotFound


def stale_draft_value(theirs: ValueDraft | None, mine: Json) -> Conflict:
    """Return the error for a draft that somebody else has written on, published or discarded meanwhile."""
    if theirs is None:
        message = _(
            "Dieser Entwurf wurde inzwischen veröffentlicht oder verworfen. "
            "Prüfen Sie den Text und speichern Sie noch einmal."
        )
    else:
        message = _(
            "{author} hat dieses Feld inzwischen geändert. Prüfen Sie den Vorschlag, der beide Fassungen "
            "zusammenführt, und speichern Sie noch einmal."
        ).format(author=theirs.edited_by or _("Jemand"))
    data = {
        "theirs": theirs.value if theirs else None,
        "theirs_version": theirs.version if theirs else 0,
        "author": theirs.edited_by if theirs else "",
        "mine": mine,
    }
    return Conflict(message, code="stale_value", data=data)


def closed_for_writing() -> Conflict:
    """Return the error for a draft that was handed in."""
    return Conflict(
        _("Der Entwurf wartet auf Freigabe. Holen Sie ihn zurück, um weiterzuschreiben."), code="draft_in_review"
    )


def base_moved(draft: ValueDraft) -> Conflict:
    """Return the error for a draft below which something else holds by now."""
    return Conflict(
        _(
            "„{field}“: Seit dieser Entwurf entstand, hat sich geändert, was gilt. Öffnen Sie ihn, prüfen Sie den "
            "Vorschlag, der beides zusammenführt, und speichern Sie ihn."
        ).format(field=FIELD_LABELS[draft.field]),
        code="base_moved",
    )


def wrong_state(draft: ValueDraft) -> Conflict:
    """Return the error for a step that does not follow from where the draft stands."""
    return Conflict(
        _("„{field}“: Der Entwurf ist jetzt „{state}“. Sehen Sie sich den Stand an und entscheiden Sie neu.").format(
            field=FIELD_LABELS[draft.field], state=draft.get_state_display()
        ),
        code="draft_state",
        data={"state": draft.state},
    )


def written_since(draft: ValueDraft) -> Conflict:
    """Return the error for a draft that was written on after the actor looked at it."""
    return Conflict(
        _("„{field}“: {author} hat den Entwurf inzwischen geändert. Sehen Sie ihn sich noch einmal an.").format(
            field=FIELD_LABELS[draft.field], author=draft.edited_by or _("Jemand")
        ),
        code="stale_draft",
    )


def not_handed_in(draft: ValueDraft) -> Conflict:
    """Return the error for a draft that a second person would publish before its authors have handed it in."""
    return Conflict(
        _("„{field}“: {author} schreibt noch daran. Freigeben können Sie, was eingereicht ist.").format(
            field=FIELD_LABELS[draft.field], author=draft.edited_by or _("Jemand")
        ),
        code="not_handed_in",
    )


def unfinished(draft: ValueDraft) -> InvalidInput:
    """Return the error for a text in which a conflict is still open."""
    return InvalidInput(
        _(
            "„{field}“: An einer Stelle stehen noch beide Fassungen zwischen ⟦ und ⟧. Entscheiden Sie sich für eine."
        ).format(field=FIELD_LABELS[draft.field]),
        code="unfinished",
    )


def none_chosen() -> InvalidInput:
    """Return the error for a step without a draft."""
    return InvalidInput(_("Markieren Sie mindestens einen Entwurf."), code="none_chosen")


def no_draft() -> NotFound:
    """Return the error for a draft that is not there."""
    return NotFound(_("Diesen Entwurf gibt es nicht mehr. Vielleicht wurde er veröffentlicht oder verworfen."))
