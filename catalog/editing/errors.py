"""Say in words why a draft can't be written or published."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from catalog.editing.changes import Change
from catalog.editing.models import Draft, DraftState
from catalog.editing.places import Scope
from catalog.resolution.values import Json
from catalog.services.fields import FIELD_LABELS
from catalog.services.models import LayerValue
from tenants.errors import Conflict, InvalidInput, NotAllowed


def stale_change(theirs: Change | None, mine: Json) -> Conflict:
    """Return the error for a field that somebody else has written or put back meanwhile; it carries both."""
    if theirs is None:
        message = _(
            "Diese Änderung wurde inzwischen veröffentlicht oder verworfen. "
            "Prüfen Sie den Text und speichern Sie noch einmal."
        )
    else:
        message = _(
            "{author} hat dieses Feld inzwischen geändert. Prüfen Sie den Vorschlag, der beide Fassungen "
            "zusammenführt, und speichern Sie noch einmal."
        ).format(author=theirs.edited_by or _("Jemand"))
    data: dict[str, object] = {
        "theirs": theirs.value if theirs else None,
        "theirs_removed": bool(theirs and theirs.is_removed),
        "theirs_version": theirs.version if theirs else 0,
        "author": theirs.edited_by if theirs else "",
        "mine": mine,
    }
    return Conflict(message, code="stale_value", data=data)


def stale_base(published: LayerValue | None, mine: Json) -> Conflict:
    """Return the error for a field of which another text was published since the editor opened it."""
    data: dict[str, object] = {
        "theirs": published.value if published else None,
        "theirs_removed": published is None,
        "author": published.author if published else "",
        "mine": mine,
    }
    return Conflict(
        _(
            "Zu diesem Feld wurde inzwischen eine andere Fassung veröffentlicht. Prüfen Sie den Vorschlag, der beide "
            "zusammenführt, und speichern Sie noch einmal."
        ),
        code="stale_value",
        data=data,
    )


def stale_lock(field: str, theirs: Change | None, _mine: Json) -> Conflict:
    """Return the error for a lock that somebody else has set, opened, published or put back meanwhile."""
    label = str(FIELD_LABELS[field])
    if theirs is None:
        message = _(
            "Was Sie an der Sperre von „{field}“ gesehen haben, ist inzwischen veröffentlicht oder verworfen. "
            "Sehen Sie nach, was jetzt gilt, und entscheiden Sie noch einmal."
        ).format(field=label)
    else:
        message = _(
            "{author} hat die Sperre von „{field}“ inzwischen geändert. "
            "Sehen Sie nach, was jetzt gilt, und entscheiden Sie noch einmal."
        ).format(author=theirs.edited_by or _("Jemand"), field=label)
    return Conflict(message, code="stale_lock", data={"field": field})


def stale_facts(labels: Collection[str], *, author: str, mine: Mapping[str, Json]) -> Conflict:
    """Return the error for facts that somebody has changed since the editor opened the form."""
    message = _(
        "{author} hat inzwischen auch geändert: {fields}. Unten stehen Ihre Angaben und alles andere, wie es jetzt "
        "ist. Prüfen Sie sie und speichern Sie noch einmal."
    )
    return Conflict(
        message.format(author=author or _("Jemand"), fields=", ".join(labels)),
        code="stale_facts",
        data={"mine": dict(mine)},
    )


def other_draft() -> Conflict:
    """Return the error for a step on a draft that is not the open one any more."""
    return Conflict(
        _(
            "Der Entwurf, den Sie gesehen haben, ist inzwischen veröffentlicht oder verworfen; dies ist ein neuer. "
            "Sehen Sie ihn sich an und entscheiden Sie noch einmal."
        ),
        code="other_draft",
    )


def closed_for_writing(draft: Draft) -> Conflict | NotAllowed:
    """Return the error for a draft that the actor may not change in its present state."""
    if draft.state == DraftState.IN_REVIEW:
        return Conflict(
            _("Der Entwurf liegt zur Prüfung. Holen Sie ihn zurück, um weiterzuschreiben."), code="draft_in_review"
        )
    if draft.state == DraftState.SCHEDULED:
        return Conflict(
            _("Der Entwurf ist schon freigegeben. Nehmen Sie die Freigabe zurück, um weiterzuschreiben."),
            code="draft_scheduled",
        )
    return refused()


def wrong_state(draft: Draft) -> Conflict:
    """Return the error for a step that does not follow from where the draft stands."""
    return Conflict(
        _("Der Entwurf ist inzwischen „{state}“. Laden Sie die Seite neu und entscheiden Sie noch einmal.").format(
            state=draft.get_state_display()
        ),
        code="draft_state",
        data={"state": draft.state},
    )


def stale_draft(draft: Draft) -> Conflict:
    """Return the error for a draft that was written to after the actor looked at it."""
    return Conflict(
        _("{author} hat den Entwurf nach Ihrer Prüfung geändert. Sehen Sie ihn sich noch einmal an.").format(
            author=draft.edited_by or _("Jemand")
        ),
        code="stale_draft",
        data={"version": draft.version},
    )


def moved_base(fields: Collection[str]) -> Conflict:
    """Return the error for published values that have changed since the draft was written against them."""
    names = ", ".join(sorted({str(FIELD_LABELS[name]) for name in fields}))
    return Conflict(
        _(
            "Inzwischen wurde eine andere Fassung veröffentlicht: {fields}. "
            "Öffnen Sie diese Felder, vergleichen Sie und speichern Sie sie noch einmal."
        ).format(fields=names),
        code="moved_base",
        data={"fields": sorted(fields)},
    )


def moved_facts(labels: Collection[str]) -> Conflict:
    """Return the error for facts of which others were published since the draft was written against them."""
    return Conflict(
        _(
            "Bei den Eckdaten wurde inzwischen etwas anderes veröffentlicht: {fields}. "
            "Öffnen Sie „Eckdaten“, vergleichen Sie und speichern Sie sie noch einmal."
        ).format(fields=", ".join(labels)),
        code="moved_facts",
    )


def four_eyes_needed() -> NotAllowed:
    """Return the error for somebody who wants to publish what is their own."""
    return NotAllowed(
        _("Hier gilt das Vier-Augen-Prinzip: Wer geschrieben hat, gibt nicht selbst frei. Bitten Sie jemand anderen."),
        code="four_eyes",
    )


def nothing_to_publish() -> InvalidInput:
    """Return the error for a draft without a difference."""
    return InvalidInput(_("Der Entwurf ändert nichts. Schreiben Sie zuerst etwas, oder verwerfen Sie ihn."))


def not_at_home() -> NotAllowed:
    """Return the error for what only the catalogue decides in which the service began."""
    return NotAllowed(
        _("Das entscheidet die Redaktion der Ebene, auf der die Leistung entstanden ist. Wenden Sie sich an sie."),
        code="not_at_home",
    )


def open_changes(draft: Draft) -> Conflict:
    """Return the error for a draft whose changes would go without anybody having said so."""
    return Conflict(
        _(
            "Im Entwurf stehen schon Änderungen, zuletzt von {author}. Die frühere Fassung würde sie ersetzen. "
            "Bestätigen Sie das, oder veröffentlichen oder verwerfen Sie den Entwurf zuerst."
        ).format(author=draft.edited_by or _("Jemand")),
        code="open_changes",
        data={"version": draft.version},
    )


def outside_scope(scope: Scope) -> InvalidInput:
    """Return the error for a service that would exist in towns that its catalogue does not speak for."""
    return InvalidInput(
        _(
            "Hier kann es die Leistung nur in Kommunen Ihrer Ebene geben: {layer}. "
            "Geben Sie „{area}“ an oder den Anfang eines Regionalschlüssels, der nur dort vorkommt."
        ).format(layer=scope.name, area=scope.area),
        code="outside_scope",
    )


def clashed() -> Conflict:
    """Return the error for a row that somebody else wrote in the same moment."""
    return Conflict(
        _("Jemand hat im selben Moment an dieser Leistung geschrieben. Versuchen Sie es noch einmal."),
        code="clashed",
    )


def slug_taken() -> Conflict:
    """Return the error for a name in addresses that another service got meanwhile."""
    return Conflict(
        _("Diesen Namen in der Adresse hat inzwischen eine andere Leistung. Wählen Sie einen anderen."),
        code="slug_taken",
    )


def refused() -> NotAllowed:
    """Return the error for a missing right on a layer."""
    return NotAllowed(
        _("Für diese Ebene fehlt Ihnen das Recht. Wenden Sie sich an die Redaktion dieser Ebene."), code="not_allowed"
    )
