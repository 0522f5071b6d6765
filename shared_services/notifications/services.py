"""Remind people of what waits for them: one mail for each person and period at most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_services.notifications.models import ReminderRound
from shared_services.notifications.unsubscribing import unsubscribe_path
from shared_services.notifications.waiting import describe_reason, get_editor_waiting, get_town_waiting
from tenants.accountmails import mail_language
from tenants.accounts import AccountInfo
from tenants.context import as_editor, current_identity, current_tenant
from tenants.editors.selectors import list_reminded as list_reminded_editors
from tenants.mail.content import MailContent
from tenants.mail.senders import Sender, region_sender, town_sender
from tenants.mail.services import send_mail_later
from tenants.registry.sites import directory
from tenants.staff.policies import can_edit_catalogue
from tenants.staff.selectors import list_reminded as list_reminded_staff

# A reminder from the week before would be wrong about its numbers.
_LIFETIME: Final = dt.timedelta(days=1)


class Waiting(Protocol):
    """What waits, in numbers and in lines."""

    @property
    def total(self) -> int:
        """All of it."""

    def list_points(self) -> list[tuple[str, str]]:
        """Return lines in the running language, with paths."""


def period_of(day: dt.date) -> str:
    """Return the period of a day: its ISO week, as in `2026-W48`."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def remind_town(*, period: str) -> int:
    """Remind the town's people of reviews and drafts, as the town; return how many mails were written.

    All or nothing, so that it can be run again after a crash; run again in the same period it writes no second mail.
    """
    tenant = current_tenant()
    waiting = get_town_waiting()
    people = [one for one in list_reminded_staff() if can_edit_catalogue(one.as_actor())] if waiting.total else []
    with transaction.atomic():
        sender = town_sender()
        work = [(person, waiting.seen_by(person.as_actor())) for person in people]
        written = _write(work, sender=sender, scope=tenant.slug, area="/verwaltung/", period=period)
        _note_round(period=period, sender=sender)
    return written


def remind_region(*, region: str, period: str) -> int:
    """Remind a region's editors of contributions, drafts and broken links; return how many mails were written.

    As `remind_town`.
    """
    sender = region_sender(directory.snapshot().regions[region])
    with as_editor(), transaction.atomic():
        work = [(person, get_editor_waiting(person.as_actor())) for person in list_reminded_editors(region=region)]
        written = _write(work, sender=sender, scope=region, area="/redaktion/", period=period)
        _note_round(period=period, sender=sender, region=region)
    return written


def forget_rounds(*, before: str) -> None:
    """Delete the notes of earlier periods, as the worker."""
    ReminderRound.objects.filter(period__lt=before).delete()


def _write(work: Sequence[tuple[AccountInfo, Waiting]], *, sender: Sender, scope: str, area: str, period: str) -> int:
    written = 0
    for person, waiting in work:
        if waiting.total:
            written += _send(person, waiting, sender=sender, scope=scope, area=area, period=period)
    return written


def _send(person: AccountInfo, waiting: Waiting, *, sender: Sender, scope: str, area: str, period: str) -> bool:
    language = mail_language(person.language)
    unsubscribe_url = sender.url(unsubscribe_path(person.id, scope=scope, area=area), language=language)

    def compose() -> MailContent:
        count = waiting.total
        return MailContent(
            subject=ngettext(
                "%(num)d Aufgabe wartet auf Sie: %(name)s", "%(num)d Aufgaben warten auf Sie: %(name)s", count
            )
            % {"num": count, "name": sender.name},
            paragraphs=(_("bei „{name}“ wartet auf Sie:").format(name=sender.name),),
            points=tuple((line, sender.url(path, language=language)) for line, path in waiting.list_points()),
            closing=(describe_reason(),),
        )

    return send_mail_later(
        kind="reminder",
        key=f"reminder:{person.id}:{period}",
        to=person.email,
        compose=compose,
        sender=sender,
        language=language,
        lifetime=_LIFETIME,
        unsubscribe_url=unsubscribe_url,
    )


def _note_round(*, period: str, sender: Sender, region: str = "") -> None:
    identity = current_identity()
    role = identity.role if identity else ""
    note = ReminderRound(owner_role=role, tenant_id=sender.tenant_id, region=region, period=period)
    # Whoever writes may not read the table: the database keeps the note once.
    ReminderRound.objects.bulk_create([note], ignore_conflicts=True)
