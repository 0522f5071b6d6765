"""Read a portal's own content, inside its tenant. Plain values leave; each function says what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_services.portal.hours import ExceptionDay, Span, Week
from shared_services.portal.kinds import PageKind
from shared_services.portal.models import AccessibilityFacts, Feedback, LegalPage, Notice, OpeningHours, PortalProfile
from shared_services.portal.policies import can_edit_portal, can_read_feedback
from shared_services.portal.sealed import read_all
from shared_services.portal.texts import SOURCE_LANGUAGE, current_language, fingerprint, text_in
from shared_services.portal.values import (
    AccessibilityInfo,
    Contact,
    FeedbackInfo,
    Gap,
    NoticeInfo,
    PageInfo,
    ProfileInfo,
    contact_of,
)
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.keystore.messages import Message
from tenants.registry.memory import remembered
from tenants.staff.policies import require

_FEEDBACK_LIMIT = 200


@remembered
def get_profile() -> ProfileInfo:
    """Return the look and contact of the portal, in one query. A portal without a profile has an empty one."""
    row = PortalProfile.objects.first() or PortalProfile()
    return ProfileInfo(
        claims=row.claim,
        theme=row.theme,
        theme_mark=fingerprint(row.theme),
        logo=row.logo,
        contact=contact_of(row),
        website_url=row.website_url,
        app_url=row.app_url,
        council_url=row.council_url,
        hours_notes=row.hours_note,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )


def get_week(*, today: date | None = None) -> Week:
    """Return the usual hours and the exceptions from today's week on, in one query."""
    return _week_from(today or timezone.localdate())


@remembered
def _week_from(start: date) -> Week:
    rows = OpeningHours.objects.filter(Q(date__isnull=True) | Q(date__gte=start)).order_by("weekday", "date", "opens")
    usual = []
    exceptions: dict[date, ExceptionDay] = {}
    for row in rows:
        span = Span(row.opens, row.closes) if row.opens and row.closes else None
        if row.weekday and span:
            usual.append((row.weekday, span))
        elif row.date:
            before = exceptions.get(row.date)
            spans = (*(before.spans if before else ()), *((span,) if span else ()))
            exceptions[row.date] = ExceptionDay(row.date, tuple(sorted(spans)), text_in(row.note))
    return Week(tuple(usual), tuple(exceptions.values()))


def list_exceptions(*, actor: Actor) -> list[tuple[UUID, ExceptionDay]]:
    """Return the coming exceptions with the ids by which they are deleted."""
    require(can_edit_portal, actor)
    rows = OpeningHours.objects.filter(date__gte=timezone.localdate()).order_by("date", "opens")
    return [
        (
            row.id,
            ExceptionDay(
                row.date, (Span(row.opens, row.closes),) if row.opens and row.closes else (), text_in(row.note)
            ),
        )
        for row in rows
        if row.date
    ]


def list_current_notices(*, today: date | None = None) -> list[NoticeInfo]:
    """Return the notices shown today, warnings first, the newest before older ones, in one query."""
    return _notices_on(today or timezone.localdate())


@remembered
def _notices_on(day: date) -> list[NoticeInfo]:
    rows = Notice.objects.filter(Q(shown_to__isnull=True) | Q(shown_to__gte=day), shown_from__lte=day)
    return [_notice_info(row) for row in rows.order_by("-level", "-shown_from", "-id")]


def list_notices(*, actor: Actor) -> list[NoticeInfo]:
    """Return all notices for their editors, the newest first."""
    require(can_edit_portal, actor)
    return [_notice_info(row) for row in Notice.objects.order_by("-shown_from", "-id")]


def get_notice(*, actor: Actor, notice_id: UUID) -> NoticeInfo:
    """Return one notice. Raises: NotAllowed; NotFound."""
    require(can_edit_portal, actor)
    row = Notice.objects.filter(id=notice_id).first()
    if row is None:
        raise NotFound(_("Diesen Hinweis gibt es nicht mehr. Vielleicht hat ihn jemand anderes gelöscht."))
    return _notice_info(row)


def get_page(kind: str, *, language: str | None = None) -> PageInfo:
    """Return a legal page in a language (the page's if none is named), in German where it is missing; one query.

    Raises: NotFound for a kind that does not exist or was never written.
    """
    wanted = language or current_language()
    rows = {row.language: row for row in LegalPage.objects.filter(kind=kind, language__in={wanted, SOURCE_LANGUAGE})}
    row = rows.get(wanted) or rows.get(SOURCE_LANGUAGE)
    if row is None:
        raise NotFound(_("Diese Seite gibt es noch nicht."))
    return _page_info(row)


def find_page(*, actor: Actor, kind: str, language: str) -> PageInfo:
    """Return exactly this page for its editors, empty if it was never written.

    Raises: NotAllowed; NotFound for an unknown kind or language.
    """
    require(can_edit_portal, actor)
    if kind not in PageKind.values or language not in {"de", "en"}:
        raise NotFound(_("Diese Seite gibt es nicht."))
    row = LegalPage.objects.filter(kind=kind, language=language).first()
    if row is None:
        return PageInfo(kind, language, str(PageKind(kind).label), "", None, "")
    return _page_info(row)


def list_pages(*, actor: Actor) -> list[PageInfo]:
    """Return every written page for its editors, in the order of their kinds."""
    require(can_edit_portal, actor)
    order = {kind: number for number, kind in enumerate(PageKind.values)}
    rows = LegalPage.objects.order_by("language")
    return sorted((_page_info(row) for row in rows), key=lambda page: (order[page.kind], page.language))


def get_accessibility() -> AccessibilityInfo:
    """Return the facts of the accessibility statement, in one query. Raises: NotFound before onboarding wrote them."""
    row = AccessibilityFacts.objects.first()
    if row is None:
        raise NotFound(_("Diese Seite gibt es noch nicht."))
    return AccessibilityInfo(
        conformance=row.conformance,
        standard=row.standard,
        methods=row.method,
        gaps=tuple(Gap(texts) for texts in row.gaps),
        law=row.law,
        bodies=row.bodies,
        evaluated_on=row.evaluated_on,
        reviewed_on=row.reviewed_on,
        updated_by=row.updated_by,
    )


def list_feedback(*, actor: Actor) -> list[FeedbackInfo]:
    """Return the newest messages of visitors, open ones first. Raises: NotAllowed; ExternalTemporary."""
    require(can_read_feedback, actor)
    rows = list(Feedback.objects.order_by("handled_at", "-created_at")[:_FEEDBACK_LIMIT])
    messages = read_all(rows)
    found = [_feedback_info(row, messages[row.id]) for row in rows]
    return sorted(found, key=lambda one: one.handled_at is not None)


def count_open_feedback(*, actor: Actor) -> int:
    """Return how many messages wait. Raises: NotAllowed."""
    require(can_read_feedback, actor)
    return Feedback.objects.filter(handled_at__isnull=True).count()


def get_feedback(*, actor: Actor, feedback_id: UUID) -> FeedbackInfo:
    """Return one message. Raises: NotAllowed; NotFound; ExternalTemporary."""
    require(can_read_feedback, actor)
    row = Feedback.objects.filter(id=feedback_id).first()
    if row is None:
        raise NotFound(_("Diese Rückmeldung gibt es nicht mehr."))
    return _feedback_info(row, read_all([row])[row.id])


def get_contact() -> Contact:
    """Return the contact alone, for apps that print or send it."""
    return get_profile().contact


def page_kinds() -> Mapping[str, str]:
    """Return the kinds of legal pages with their names for people."""
    return {kind.value: str(kind.label) for kind in PageKind}


def _notice_info(row: Notice) -> NoticeInfo:
    return NoticeInfo(
        id=row.id,
        level=row.level,
        texts=row.texts,
        shown_from=row.shown_from,
        shown_to=row.shown_to,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def _page_info(row: LegalPage) -> PageInfo:
    return PageInfo(row.kind, row.language, row.title, row.body, row.updated_at, row.updated_by)


def _feedback_info(row: Feedback, message: Message) -> FeedbackInfo:
    return FeedbackInfo(
        id=row.id,
        kind=row.kind,
        kind_label=str(row.get_kind_display()),
        message=message.text,
        page=message.page,
        contact=message.contact,
        language=row.language,
        created_at=row.created_at,
        handled_at=row.handled_at,
        handled_by=row.handled_by,
    )


def find_mail_address() -> str:
    """Return the address to which answers to the town's mails go, or "". One query, also while a portal is made."""
    found = PortalProfile.objects.values_list("email", flat=True).first()
    return found or ""
