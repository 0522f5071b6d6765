"""Mails to whoever stands in for an absent colleague: when it is said, when it begins and when it is over."""

from __future__ import annotations

import datetime as dt
from typing import Final

from babel.dates import format_date
from django.utils.translation import gettext as _

from tenants.accountmails import mail_language
from tenants.mail.content import Compose, MailContent
from tenants.mail.senders import town_sender
from tenants.staff.mails import send_to
from tenants.staff.models import StaffAccount

# The route `identity:absence` of a town's host in German; a test holds the two together.
ABSENCE_PATH: Final = "/verwaltung/konto/abwesenheit/"


def tell_deputy(absent: StaffAccount, *, today: dt.date) -> None:
    """Tell the deputy of an absence that was just said, or has begun; in the running transaction.

    Once for each: on the first day the mail that it begins takes the place of the one that it was said.
    """
    deputy, first, last = _deputy_of(absent), absent.absent_from, absent.absent_until
    if deputy is None or first is None or last is None:
        return
    language, has_begun = mail_language(deputy.language), first <= today

    def compose() -> MailContent:
        names = {"name": absent.name, "first": _day(first, language), "last": _day(last, language)}
        if has_begun:
            subject = _("Sie vertreten jetzt {name}")
            sentence = _("{name} ist bis {last} abwesend. Bis dahin vertreten Sie {name}.")
        else:
            subject = _("Sie vertreten {name} ab {first}")
            sentence = _("{name} ist vom {first} bis {last} abwesend. Sie sind als Vertretung eingetragen.")
        return MailContent(
            subject=subject.format(**names),
            paragraphs=(sentence.format(**names),),
            link=town_sender().url(ABSENCE_PATH, language=language),
            link_label=_("Ansehen, wen ich vertrete"),
            closing=(_("Passt das nicht? Sprechen Sie mit {name} oder mit Ihrer Administration.").format(**names),),
        )

    kind = "staff.deputy_begun" if has_begun else "staff.deputy_named"
    _send(absent, deputy, kind=kind, compose=compose)


def tell_deputy_is_over(absent: StaffAccount) -> None:
    """Tell the deputy that a colleague is back, or that somebody else stands in; in the running transaction."""
    deputy, first = _deputy_of(absent), absent.absent_from
    if deputy is None or first is None:
        return
    language = mail_language(deputy.language)

    def compose() -> MailContent:
        return MailContent(
            subject=_("Sie vertreten {name} nicht mehr").format(name=absent.name),
            paragraphs=(_("Ihre Vertretung für {name} ist vorbei. Sie müssen nichts tun.").format(name=absent.name),),
            link=town_sender().url(ABSENCE_PATH, language=language),
            link_label=_("Ansehen, wen ich vertrete"),
        )

    _send(absent, deputy, kind="staff.deputy_over", compose=compose)


def _deputy_of(absent: StaffAccount) -> StaffAccount | None:
    return StaffAccount.objects.filter(id=absent.deputy, is_active=True).first() if absent.deputy else None


def _day(day: dt.date, language: str) -> str:
    return format_date(day, format="long", locale="en_GB" if language == "en" else "de_DE")


def _send(absent: StaffAccount, deputy: StaffAccount, *, kind: str, compose: Compose) -> None:
    key = f"{absent.id}:{deputy.id}:{absent.absent_from}:{absent.absent_until}"
    send_to(deputy, kind=kind, key=key, compose=compose)
