"""Mails about an account that goes, and about two that become one. They name no person and tell none of the data."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from babel.dates import format_date
from django.utils.translation import gettext as _

from shared_services.accounts.models import DeletionReason
from tenants.accountmails import mail_language
from tenants.mail.content import MailContent
from tenants.mail.senders import Sender
from tenants.mail.services import send_mail_later

JOIN_PATH: Final = "/konto/identitaeten/wechsel/{token}/"
SIGN_IN_PATH: Final = "/konto/anmelden/"
_LINK_LIFETIME: Final = timedelta(hours=12)
# What they say holds for long, and a mail server may be away for a weekend.
_LIFETIME: Final = timedelta(days=5)


def tell_deleted(*, deletion_id: UUID, to: str, sender: Sender, language: str, reason: DeletionReason) -> None:
    """Tell the owner that the account is deleted, in the running transaction: later nobody knows the address."""

    def compose() -> MailContent:
        why = (
            _("Sie haben Ihr Konto bei „{name}“ gelöscht.")
            if reason == DeletionReason.OWN
            else _("Ihr Konto bei „{name}“ wurde zwei Jahre lang nicht benutzt. Darum haben wir es gelöscht.")
        )
        return MailContent(
            subject=_("Ihr Konto ist gelöscht"),
            paragraphs=(
                why.format(name=sender.name),
                _(
                    "Ihre Angaben werden jetzt überall gelöscht, und ihr Schlüssel wird vernichtet. Auch aus "
                    "Sicherungskopien kann sie danach niemand mehr lesen."
                ),
                _("Was eine Kommune nach dem Gesetz aufbewahren muss, bleibt dort, bis die Frist um ist."),
            ),
            closing=(
                _("Waren Sie es nicht? Antworten Sie sofort auf diese E-Mail. Ein neues Konto eröffnen Sie jederzeit."),
            ),
        )

    send_mail_later(
        kind="accounts.deleted",
        key=f"accounts.deleted:{deletion_id}",
        to=to,
        compose=compose,
        sender=sender,
        language=mail_language(language),
        lifetime=_LIFETIME,
    )


def announce_deletion(*, account_id: UUID, to: str, sender: Sender, language: str, day: date, told_on: date) -> None:
    """Tell the owner of an account that nobody uses when it will go, and how to keep it."""
    chosen = mail_language(language)

    def compose() -> MailContent:
        shown = format_date(day, format="long", locale="en_GB" if chosen == "en" else "de_DE")
        return MailContent(
            subject=_("Ihr Konto wird am {date} gelöscht").format(date=shown),
            paragraphs=(
                _("Ihr Konto bei „{name}“ haben Sie lange nicht benutzt.").format(name=sender.name),
                _("Am {date} löschen wir es mit allen Angaben, so will es das Gesetz (§ 8 OZG).").format(date=shown),
                _("Möchten Sie es behalten? Melden Sie sich vorher einmal an. Mehr müssen Sie nicht tun."),
            ),
            link=sender.url(SIGN_IN_PATH, language=chosen),
            link_label=_("Anmelden und Konto behalten"),
            closing=(_("Brauchen Sie das Konto nicht mehr? Dann müssen Sie nichts tun."),),
        )

    send_mail_later(
        kind="accounts.deletion_ahead",
        key=f"accounts.deletion_ahead:{account_id}:{told_on.isoformat()}",
        to=to,
        compose=compose,
        sender=sender,
        language=chosen,
        lifetime=_LIFETIME,
    )


def send_join_link(*, to: str, token: str, sender: Sender, language: str) -> None:
    """Send the link by which whoever reads this address agrees that two accounts become one."""
    chosen = mail_language(language)
    link = sender.url(JOIN_PATH.format(token=token), language=chosen)

    def compose() -> MailContent:
        return MailContent(
            subject=_("Zwei Konten zusammenführen"),
            paragraphs=(
                _("Sie möchten bei „{name}“ zwei Konten mit dieser E-Mail-Adresse zu einem machen.").format(
                    name=sender.name
                ),
                _("Öffnen Sie den Link in dem Browser, in dem Sie angemeldet sind. Er gilt einen Tag lang, einmal."),
            ),
            link=link,
            link_label=_("Konten zusammenführen"),
            closing=(_("Haben Sie das nicht veranlasst? Dann löschen Sie diese E-Mail. Es bleibt alles, wie es ist."),),
        )

    send_mail_later(
        kind="accounts.join",
        key=f"accounts.join:{hashlib.sha256(token.encode()).hexdigest()[:32]}",
        to=to,
        compose=compose,
        sender=sender,
        language=chosen,
        lifetime=_LINK_LIFETIME,
    )
