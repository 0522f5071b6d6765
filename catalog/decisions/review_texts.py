"""A review in words, and its texts side by side: what happened, which words changed, and a first draft of both."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from catalog.decisions.presentation import render_value, source_name
from catalog.decisions.reviews import Review, ReviewKind
from catalog.resolution.diff import mark_words, three_columns, three_way
from catalog.resolution.values import Json
from catalog.services.validation import clean_value
from tenants.errors import InvalidInput
from tenants.registry.sites import TenantInfo


@dataclass(frozen=True, slots=True)
class Comparison:
    """Three texts with marked words. `base` is None where nobody knows it any more.

    `draft` is what the editor of the joined text starts from, `proposal` the same as a page shows it, with its words
    marked against the town's own; `hint` says what it is. `conflicts` counts the places where both sides changed the
    same words.
    """

    base: Markup | None
    theirs: Markup
    new: Markup
    draft: Json
    conflicts: int
    hint: str
    proposal: Markup | None = None


def compare(one: Review) -> Comparison:
    """Return the three texts of a review beside each other, and their merge as far as it goes by itself."""
    shown = [_shown(one, value) for value in (one.base, one.theirs, one.new)]
    if one.kind is ReviewKind.LOCKED:
        return Comparison(None, shown[1], mark_words(shown[1], shown[2]), None, 0, "")
    if not one.is_base_known:
        hint = _("Was galt, als Ihr Text entstand, ist nicht mehr bekannt. Im Feld steht Ihre Fassung.")
        return Comparison(None, shown[1], mark_words(shown[1], shown[2]), one.theirs, 0, hint)
    columns = three_columns(*shown)
    joined = three_way(one.base, one.theirs, one.new)
    conflicts = len(joined.conflicts)
    draft = joined.draft
    if not conflicts and not _is_usable(one, draft):
        draft, conflicts = one.theirs, 1
    proposal = None if draft == one.theirs else mark_words(shown[1], _shown(one, draft))
    return Comparison(columns.base, columns.theirs, columns.new, draft, conflicts, _hint(one, conflicts), proposal)


def describe_review(one: Review, town: TenantInfo) -> str:
    """Say what happened above, and who did it."""
    if one.origin is None:
        return _("Oben sagt niemand mehr etwas dazu.")
    who = source_name(one.origin, town)
    if one.origin.author:
        who = f"{who}, {one.origin.author}"
    if one.kind is ReviewKind.LOCKED:
        return _("Gesperrt: {who}").format(who=who)
    return _("Geändert: {who}").format(who=who)


def _shown(one: Review, value: Json) -> Markup:
    return render_value(one.spec, value, one.language) or Markup("<p>{}</p>").format(_("Kein Inhalt."))


def _is_usable(one: Review, draft: Json) -> bool:
    """Whether a merge by parts makes sense as a whole: a fee can't be free and have an amount."""
    try:
        clean_value(one.spec.name, one.language, draft)
    except InvalidInput:
        return False
    return True


def _hint(one: Review, conflicts: int) -> str:
    if not conflicts:
        return _("Beide Änderungen passen zusammen. Im Feld steht ein Vorschlag mit beiden.")
    if isinstance(one.theirs, str) and isinstance(one.new, str):
        return ngettext(
            "An einer Stelle haben beide Seiten etwas anderes geschrieben. Dort stehen beide Fassungen zwischen ⟦ "
            "und ⟧, Ihre zuerst. Lassen Sie stehen, was gelten soll, und löschen Sie die Zeichen.",
            "An {count} Stellen haben beide Seiten etwas anderes geschrieben. Dort stehen beide Fassungen zwischen ⟦ "
            "und ⟧, Ihre zuerst. Lassen Sie stehen, was gelten soll, und löschen Sie die Zeichen.",
            conflicts,
        ).format(count=conflicts)
    return _("Beide Seiten haben dieselbe Angabe geändert. Hier steht Ihre Fassung; ändern Sie, was nötig ist.")
