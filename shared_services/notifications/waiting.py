"""What waits for whom: lines of a reminder, each with the page where it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.contributions.selectors import count_waiting
from catalog.coverage.tiles import count_broken_links
from catalog.decisions.drafts import mark_drafts
from catalog.decisions.reviews import list_overdue, list_reviews
from catalog.editing.selectors import count_drafts_to_check
from catalog.local.selectors import list_local_records
from tenants.actors import Actor

# German routes at their sites; a test holds them together.
REVIEWS_PATH = "/verwaltung/leistungen/pruefungen/"
SERVICES_PATH = "/verwaltung/leistungen/"
OWN_SERVICES_PATH = "/verwaltung/leistungen/eigene/"
CONTRIBUTIONS_PATH = "/redaktion/beitraege/"
DRAFTS_PATH = "/redaktion/leistungen/"
LINKS_PATH = "/redaktion/qualitaet/links/"


@dataclass(frozen=True, slots=True)
class TownWaiting:
    """What waits for a town's editors, in numbers, so that each may read them in a language.

    The same for all of them but `to_approve`: drafts that somebody else has written.
    """

    reviews: int
    overdue: int
    drafts: int
    to_approve: int
    own_services: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.reviews + self.drafts + self.to_approve + self.own_services

    def list_points(self) -> list[tuple[str, str]]:
        """Return lines in the running language, with paths."""
        points = []
        if self.reviews:
            line = ngettext(
                "%(num)d Prüfung: Oben hat sich etwas geändert, das Sie angepasst haben",
                "%(num)d Prüfungen: Oben hat sich etwas geändert, das Sie angepasst haben",
                self.reviews,
            ) % {"num": self.reviews}
            if self.overdue:
                line += " " + ngettext("(%(num)d wartet schon lange)", "(%(num)d warten schon lange)", self.overdue) % {
                    "num": self.overdue
                }
            points.append((line, REVIEWS_PATH))
        if self.to_approve:
            line = ngettext(
                "%(num)d Entwurf wartet auf Ihre Freigabe",
                "%(num)d Entwürfe warten auf Ihre Freigabe",
                self.to_approve,
            )
            points.append((line % {"num": self.to_approve}, f"{SERVICES_PATH}?merkmal=freigabe"))
        if self.drafts:
            line = ngettext("%(num)d Entwurf ist in Arbeit", "%(num)d Entwürfe sind in Arbeit", self.drafts)
            points.append((line % {"num": self.drafts}, f"{SERVICES_PATH}?merkmal=entwurf"))
        if self.own_services:
            line = ngettext(
                "%(num)d eigene Leistung ist noch ein Entwurf",
                "%(num)d eigene Leistungen sind noch Entwürfe",
                self.own_services,
            )
            points.append((line % {"num": self.own_services}, OWN_SERVICES_PATH))
        return points

    def seen_by(self, actor: Actor) -> TownWaiting:
        """Return it as it is for one person. One query, and none where no draft waits to be read by somebody."""
        return replace(self, to_approve=mark_drafts(actor).to_approve) if self.to_approve else self


@dataclass(frozen=True, slots=True)
class EditorWaiting:
    """What waits for one editor of a region, by the layers of this person."""

    contributions: int
    drafts: int
    links: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.contributions + self.drafts + self.links

    def list_points(self) -> list[tuple[str, str]]:
        """Return lines in the running language, with paths."""
        lines = (
            (
                self.contributions,
                ngettext("%(num)d Beitrag aus einer Kommune", "%(num)d Beiträge aus Kommunen", self.contributions),
                CONTRIBUTIONS_PATH,
            ),
            (
                self.drafts,
                ngettext("%(num)d Entwurf zum Prüfen", "%(num)d Entwürfe zum Prüfen", self.drafts),
                f"{DRAFTS_PATH}?entwurf=pruefung&sortierung=entwurf",
            ),
            (
                self.links,
                ngettext("%(num)d Link geht nicht mehr", "%(num)d Links gehen nicht mehr", self.links),
                LINKS_PATH,
            ),
        )
        return [(line % {"num": count}, path) for count, line, path in lines if count]


def get_town_waiting() -> TownWaiting:
    """Return what waits in the town of the running context, for whoever has written no draft: about six queries."""
    reviews, marks = list_reviews(), mark_drafts()
    return TownWaiting(
        reviews=len(reviews),
        overdue=len(list_overdue(reviews)),
        drafts=marks.writing.total(),
        to_approve=marks.waiting.total(),
        own_services=sum(record.state == "draft" for record in list_local_records()),
    )


def get_editor_waiting(actor: Actor) -> EditorWaiting:
    """Return what waits for an editor, as the editors' role."""
    return EditorWaiting(
        contributions=count_waiting(actor), drafts=count_drafts_to_check(actor), links=count_broken_links(actor)
    )


def describe_reason() -> str:
    """Return why somebody gets this mail, and how to end it."""
    return _("Sie bekommen diese E-Mail höchstens einmal in der Woche und nur, wenn etwas wartet.")
