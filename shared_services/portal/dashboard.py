"""What waits for the staff of a town, and what was changed last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.coverage.figures import Figures
from catalog.decisions.drafts import DraftMarks, mark_drafts
from catalog.decisions.reviews import REMIND_AFTER, Review, list_reviews
from catalog.quality.selectors import get_figures
from shared_services.portal.policies import can_read_feedback
from shared_services.portal.selectors import (
    count_open_feedback,
    get_accessibility,
    get_profile,
    get_week,
    list_current_notices,
    list_pages,
)
from shared_services.portal.values import PageInfo, ProfileInfo
from tenants.actors import Actor
from tenants.apitokens.selectors import TokenInfo, list_expiring_tokens
from tenants.audit.selectors import list_entries
from tenants.audit.wording import describe, is_known
from tenants.context import current_tenant

REVIEW_AFTER: Final = timedelta(days=365)
_SHOWN_CHANGES: Final = 8
_LOOKED_AT: Final = 60
# Whose actions are the portal's own changes, among all that the trail holds.
_CHANGES: Final = ("catalog.", "portal.", "directory.")


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do. The shape is that of the task list component."""

    label: str
    href: str
    status: str
    kind: Literal["info", "warning", "success", "danger"]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the audit trail in words."""

    what: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The first page of the workspace."""

    tasks: list[Task]
    changes: list[Change]
    # None for whoever may not read it.
    open_feedback: int | None
    shown_notices: int
    score: int | None = None


def get_dashboard(*, actor: Actor) -> Dashboard:
    """Return what waits and what happened. Raises: NotAllowed without the right to edit the portal."""
    waiting = count_open_feedback(actor=actor) if can_read_feedback(actor) else None
    today = timezone.localdate()
    figures = get_figures()
    return Dashboard(
        tasks=[
            *_feedback_tasks(waiting),
            *_review_tasks(list_reviews(), timezone.now()),
            *_draft_tasks(mark_drafts(actor)),
            *_profile_tasks(get_profile()),
            *_hours_tasks(),
            *_page_tasks(list_pages(actor=actor), today),
            *_quality_tasks(figures),
            *_token_tasks(list_expiring_tokens(actor=actor)),
        ],
        changes=_changes(),
        open_feedback=waiting,
        shown_notices=len(list_current_notices(today=today)),
        score=figures.score,
    )


def _feedback_tasks(waiting: int | None) -> Iterator[Task]:
    if waiting:
        label = _("Rückmeldungen von Bürgerinnen und Bürgern lesen")
        yield Task(label, reverse("portal:staff_feedback"), _("{count} offen").format(count=waiting), "info")


def _review_tasks(reviews: list[Review], now: datetime) -> Iterator[Task]:
    """Ask for answers to changes from above: the longer one waits, the more urgently."""
    if not reviews:
        return
    overdue = [one for one in reviews if one.is_overdue(now)]
    waiting = max((now - one.changed_at for one in reviews), default=timedelta())
    label, href = _("Änderungen von oben prüfen"), reverse("catalog_decisions:reviews")
    if not overdue:
        yield Task(label, href, _("{count} offen").format(count=len(reviews)), "info")
        return
    hint = _("Seit {days} Tagen wartet die älteste auf eine Antwort. Solange zeigt Ihre Seite den früheren Stand.")
    status = _("{count} überfällig").format(count=len(overdue))
    kind: Literal["warning", "danger"] = "danger" if waiting >= 2 * REMIND_AFTER else "warning"
    yield Task(label, f"{href}?art=ueberfaellig", status, kind, hint.format(days=waiting.days))


def _draft_tasks(marks: DraftMarks) -> Iterator[Task]:
    """Ask for a second pair of eyes first, then for what was begun and not published."""
    href = f"{reverse('catalog_decisions:services')}?merkmal="
    if marks.to_approve:
        hint = _("Eingereichte Texte erscheinen erst, wenn jemand sie freigibt.")
        status = _("{count} offen").format(count=marks.to_approve)
        yield Task(_("Entwürfe freigeben"), f"{href}freigabe", status, "warning", hint)
    writing = marks.writing.total()
    if writing:
        hint = _("Angefangen und noch nicht veröffentlicht.")
        status = _("{count} offen").format(count=writing)
        yield Task(_("Entwürfe fertig schreiben"), f"{href}entwurf", status, "info", hint)


def _profile_tasks(profile: ProfileInfo) -> Iterator[Task]:
    if not profile.contact.is_complete:
        hint = _("Anschrift, Telefon, E-Mail und Vertretung stehen im Impressum.")
        yield Task(_("Kontaktdaten ergänzen"), reverse("portal:staff_contact"), _("unvollständig"), "warning", hint)
    if not profile.logo:
        hint = _("Ohne Logo zeigt das Portal einen Anfangsbuchstaben.")
        yield Task(_("Wappen oder Logo hochladen"), reverse("portal:staff_branding"), _("fehlt"), "info", hint)
    if not profile.claims.get("de"):
        yield Task(_("Leitsatz für die Startseite schreiben"), reverse("portal:staff_branding"), _("fehlt"), "info")


def _hours_tasks() -> Iterator[Task]:
    if not get_week().is_known:
        hint = _("Die Startseite sagt dann, ob heute geöffnet ist.")
        yield Task(_("Öffnungszeiten eintragen"), reverse("portal:staff_hours"), _("fehlen"), "warning", hint)


def _page_tasks(pages: list[PageInfo], today: date) -> Iterator[Task]:
    untouched = [page for page in pages if page.language == "de" and not page.updated_by]
    if untouched:
        hint = ", ".join(page.title for page in untouched)
        label = _("Vorlagen der rechtlichen Seiten prüfen")
        status = _("{count} ungeprüft").format(count=len(untouched))
        yield Task(label, reverse("portal:staff_pages"), status, "warning", hint)
    if today - get_accessibility().reviewed_on > REVIEW_AFTER:
        hint = _("Die Erklärung muss jedes Jahr geprüft werden.")
        label = _("Erklärung zur Barrierefreiheit prüfen")
        yield Task(label, reverse("portal:staff_accessibility"), _("fällig"), "danger", hint)


def _quality_tasks(figures: Figures) -> Iterator[Task]:
    if figures.broken_links:
        hint = _("Bürgerinnen und Bürger kommen über diese Links nicht weiter.")
        status = ngettext("{count} defekt", "{count} defekt", figures.broken_links).format(count=figures.broken_links)
        yield Task(_("Defekte Links reparieren"), reverse("catalog_quality:links"), status, "warning", hint)


def _token_tasks(tokens: list[TokenInfo]) -> Iterator[Task]:
    """Ask for a new access before a program stands without one."""
    for one in tokens:
        label = _("Zugang „{purpose}“ erneuern").format(purpose=one.purpose)
        hint = _("Danach bekommt das Programm keine Daten mehr.")
        status = _("endet am {day}").format(day=date_format(one.last_day, "SHORT_DATE_FORMAT"))
        yield Task(label, reverse("api:tokens"), status, "warning", hint)


def _changes() -> list[Change]:
    entries = list_entries(tenant_id=current_tenant().id, limit=_LOOKED_AT)
    known = [entry for entry in entries if entry.action.startswith(_CHANGES) and is_known(entry.action)]
    return [
        Change(describe(entry.action, entry.data), entry.actor_name or _("Besucherin oder Besucher"), entry.at)
        for entry in known[:_SHOWN_CHANGES]
    ]
