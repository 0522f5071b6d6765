"""Who has written a text, and whether somebody else may, or must, publish it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from catalog.decisions.rules import has_four_eyes
from tenants.actors import Actor
from tenants.errors import NotAllowed

FOUR_EYES: Final = "four_eyes_needed"


@dataclass(frozen=True, slots=True)
class Written:
    """Whose words are published: the last author's name, and the marks of all who have written on them."""

    author: str
    editors: tuple[str, ...]

    def approved_by(self, actor: Actor) -> str:
        """Return who has read the text, where the one who publishes it has not written it; else ""."""
        return "" if has_written(actor, self.editors) else actor.name


def mark_of(actor: Actor) -> str:
    """Return what stands for somebody among the editors of a text: the id, or the name of who has none."""
    return str(actor.id) if actor.id else actor.name


def written_by(actor: Actor) -> Written:
    """Return a text that the actor has written alone."""
    return Written(actor.name, (mark_of(actor),))


def has_written(actor: Actor, editors: Collection[str]) -> bool:
    """Whether the actor has written any of a text. A command's bare name stands for whoever bears it."""
    return mark_of(actor) in editors or actor.name in editors


def require_second_person(actor: Actor, editors: Collection[str]) -> None:
    """Let a text be published by whoever has not written it, where the town wants four eyes.

    Commands and tasks of the deployment bring texts that were decided on elsewhere.

    Raises: NotAllowed (`four_eyes_needed`).
    """
    if actor.kind == "system" or not has_written(actor, editors) or not has_four_eyes():
        return
    raise NotAllowed(
        _(
            "Ihre Kommune veröffentlicht Texte zu zweit, und an diesem haben Sie selbst geschrieben. "
            "Geben Sie ihn zur Freigabe: eine Kollegin oder ein Kollege veröffentlicht ihn."
        ),
        code=FOUR_EYES,
    )
