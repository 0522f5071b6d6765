"""Mails to a town's administrators about the IT provider's visits. The reason stands on the page, not in the mail."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.accountmails import mail_language
from tenants.mail.content import MailContent
from tenants.mail.senders import town_sender
from tenants.staff.mails import send_to
from tenants.staff.models import StaffAccount
from tenants.staff.visits import OPEN_FOR, Visit

# The route `identity:support` of a town's host in German; a test holds the two together.
SUPPORT_PATH: Final = "/verwaltung/zugriff/"


def tell_support_asked(account: StaffAccount, visit: Visit) -> None:
    """Ask an administrator to allow or refuse a visit, in the running transaction."""

    def compose() -> MailContent:
        return _content(
            account,
            subject=_("Der IT-Dienstleister bittet um Zugriff"),
            sentence=ngettext(
                "{person} möchte {minutes} Minute lang in Ihrem Portal arbeiten und wartet auf Ihre Zustimmung.",
                "{person} möchte {minutes} Minuten lang in Ihrem Portal arbeiten und wartet auf Ihre Zustimmung.",
                visit.minutes,
            ).format(person=visit.full_name, minutes=visit.minutes),
            label=_("Grund lesen und entscheiden"),
        )

    send_to(account, kind="support.asked", key=f"{visit.id}:{account.id}", compose=compose, lifetime=OPEN_FOR)


def tell_support_begun(account: StaffAccount, visit: Visit) -> None:
    """Tell an administrator that somebody is in the portal now, in the running transaction."""

    def compose() -> MailContent:
        until = timezone.localtime(visit.until).strftime("%H:%M") if visit.until else ""
        return _content(
            account,
            subject=_("Der IT-Dienstleister ist in Ihrem Portal"),
            sentence=_("{person} arbeitet gerade in Ihrem Portal, längstens bis {time} Uhr.").format(
                person=visit.full_name, time=until
            ),
            label=_("Grund lesen oder Zugriff beenden"),
        )

    send_to(account, kind="support.begun", key=f"{visit.id}:{account.id}", compose=compose, lifetime=OPEN_FOR)


def _content(account: StaffAccount, *, subject: str, sentence: str, label: str) -> MailContent:
    return MailContent(
        subject=subject,
        paragraphs=(sentence, _("Alles, was dabei getan wird, steht in Ihrem Protokoll.")),
        link=town_sender().url(SUPPORT_PATH, language=mail_language(account.language)),
        link_label=label,
    )
