"""Who may do what with a town's texts: a named policy for each action.

Whoever edits the catalogue here may do all of it; where four eyes are wanted, `writers.require_second_person` asks
besides whether somebody else has written what is published.
"""

from __future__ import annotations

from tenants.actors import Actor
from tenants.staff.policies import can_edit_catalogue, can_manage_staff, can_translate


def can_decide_on_service(actor: Actor) -> bool:
    """Whether the actor may decide what this town does with a service, and give the decision back to the preset."""
    return can_edit_catalogue(actor)


def can_adapt_service(actor: Actor) -> bool:
    """Whether the actor may set, restore and remove values of this town's own on a shared service."""
    return can_edit_catalogue(actor)


def can_pin_version(actor: Actor) -> bool:
    """Whether the actor may let this town stay with a version of a service, and follow the newest again."""
    return can_edit_catalogue(actor)


def can_decide_on_many(actor: Actor) -> bool:
    """Whether the actor may preview and take one decision on many services."""
    return can_edit_catalogue(actor)


def can_undo_bulk(actor: Actor) -> bool:
    """Whether the actor may undo a decision on many services, whoever took it."""
    return can_edit_catalogue(actor)


def can_answer_review(actor: Actor) -> bool:
    """Whether the actor may take a change from above, keep this town's text, or join both."""
    return can_edit_catalogue(actor)


def can_name_topics(actor: Actor) -> bool:
    """Whether the actor may call topics by this town's own names."""
    return can_edit_catalogue(actor)


def can_keep_views(actor: Actor) -> bool:
    """Whether the actor may keep lists of services under a name, share and delete them."""
    return can_edit_catalogue(actor)


def can_tidy_views(actor: Actor) -> bool:
    """Whether the actor may delete lists that colleagues share."""
    return can_manage_staff(actor)


def can_retell_decisions(actor: Actor) -> bool:
    """Whether the actor may let search and comparison hear of all decisions of this town anew."""
    return can_edit_catalogue(actor)


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
