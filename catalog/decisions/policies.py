"""Who may do what with a town's texts: a named policy for each action.

Whoever edits the catalogue here may do all of it; where four eyes are wanted, `writers.require_second_person` asks
besides whether somebody else has written what is published.
"""

from __future__ import annotations

from tenants.actors import Actor
from tenants.staff.policies import can_edit_catalogue, can_manage_staff, can_translate


def can_write_draft(actor: Actor) -> bool:
    """Whether the actor may write drafts of this town's texts in every language, hand them in and discard them."""
    return can_edit_catalogue(actor)


def can_write_draft_in(actor: Actor, *, language: str) -> bool:
    """Whether the actor may write drafts in this language, hand them in and discard them.

    Translators leave German alone, easy German too, and what is the same in all languages.
    """
    is_translation = bool(language) and not language.startswith("de")
    return can_write_draft(actor) or (is_translation and can_translate(actor))


def can_publish_draft(actor: Actor) -> bool:
    """Whether the actor may publish drafts; with four eyes only those on which the actor has written nothing."""
    return can_edit_catalogue(actor)


def can_send_back_draft(actor: Actor) -> bool:
    """Whether the actor may send a draft back with a comment."""
    return can_edit_catalogue(actor)


def can_set_publishing_rules(actor: Actor) -> bool:
    """Whether the actor may say whether this town publishes with four eyes: its administrators."""
    return can_manage_staff(actor)
