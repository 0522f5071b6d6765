"""Mails to citizens about their account. They name no person: an address may be anybody's until its link was used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from tenants.accountmails import mail_language
from tenants.ids import uuid7
from tenants.mail.content import Compose, MailContent
from tenants.mail.senders import Sender
from tenants.mail.services import send_mail_later

REGISTRATION_PATH: Final = "/konto/bestaetigen/{token}/"
RESET_PATH: Final = "/konto/passwort-neu/{token}/"
_LINK_LIFETIME: Final = timedelta(hours=12)


def send_registration_link(*, to: str, token: str, sender: Sender, language: str) -> None:
    """Send the link that opens an account."""
    send_link(
        kind="accounts.register",
        to=to,
        token=token,
        path=REGISTRATION_PATH,
        sender=sender,
        language=language,
        compose=lambda link: MailContent(
            subject=_("Ihr Konto bei {name}").format(name=sender.name),
            paragraphs=(
                _("Sie möchten bei „{name}“ ein Konto eröffnen. Bestätigen Sie dafür Ihre Adresse.").format(
                    name=sender.name
                ),
                _("Der Link gilt einen Tag lang und nur einmal."),
            ),
            link=link,
            link_label=_("Adresse bestätigen"),
            closing=(_("Haben Sie das nicht veranlasst? Dann löschen Sie diese E-Mail. Es geschieht nichts weiter."),),
        ),
    )


def tell_account_exists(*, account_id: UUID, to: str, sender: Sender, language: str) -> None:
    """Tell somebody who wants to open an account that there is one."""
    tell(
        kind="accounts.exists",
        key=f"accounts.exists:{account_id}:{uuid7()}",
        to=to,
        sender=sender,
        language=language,
        content=lambda: MailContent(
            subject=_("Sie haben schon ein Konto bei {name}").format(name=sender.name),
            paragraphs=(
                _("Mit dieser Adresse gibt es schon ein Konto. Melden Sie sich damit an."),
                _("Wissen Sie Ihr Passwort nicht mehr? Auf der Seite der Anmeldung setzen Sie ein neues."),
            ),
            link=sender.url("/konto/anmelden/", language=mail_language(language)),
            link_label=_("Zur Anmeldung"),
            closing=(_("Haben Sie das nicht veranlasst? Dann müssen Sie nichts tun."),),
        ),
    )


def tell_no_account(*, to: str, sender: Sender, language: str) -> None:
    """Tell somebody who wants a new password that there is no account with this address."""
    tell(
        kind="accounts.none",
        key=f"accounts.none:{uuid7()}",
        to=to,
        sender=sender,
        language=language,
        content=lambda: MailContent(
            subject=_("Kein Konto mit dieser Adresse"),
            paragraphs=(
                _("Jemand möchte für diese Adresse ein neues Passwort. Bei „{name}“ hat sie kein Konto.").format(
                    name=sender.name
                ),
                _("Vielleicht haben Sie eine andere Adresse benutzt."),
            ),
            closing=(_("Haben Sie das nicht veranlasst? Dann müssen Sie nichts tun."),),
        ),
    )


def send_reset_link(*, to: str, token: str, sender: Sender, language: str) -> None:
    """Send the link that sets a new password."""
    send_link(
        kind="accounts.reset",
        to=to,
        token=token,
        path=RESET_PATH,
        sender=sender,
        language=language,
        compose=lambda link: MailContent(
            subject=_("Neues Passwort für Ihr Konto"),
            paragraphs=(
                _("Sie möchten für Ihr Konto bei „{name}“ ein neues Passwort.").format(name=sender.name),
                _("Der Link gilt einen Tag lang und nur einmal."),
            ),
            link=link,
            link_label=_("Neues Passwort wählen"),
            closing=(_("Haben Sie das nicht veranlasst? Dann löschen Sie diese E-Mail. Ihr Passwort gilt weiter."),),
        ),
    )


def tell_password_changed(*, account_id: UUID, to: str, sender: Sender, language: str) -> None:
    """Tell the owner that the password was changed."""
    tell(
        kind="accounts.password_changed",
        key=f"accounts.password_changed:{account_id}:{uuid7()}",
        to=to,
        sender=sender,
        language=language,
        content=lambda: MailContent(
            subject=_("Ihr Passwort wurde geändert"),
            paragraphs=(
                _("Das Passwort Ihres Kontos bei „{name}“ wurde gerade geändert.").format(name=sender.name),
                _("Waren Sie es nicht? Setzen Sie sofort ein neues Passwort und schreiben Sie uns."),
            ),
            link=sender.url("/konto/passwort-vergessen/", language=mail_language(language)),
            link_label=_("Neues Passwort setzen"),
        ),
    )


def tell(*, kind: str, key: str, to: str, content: Compose, sender: Sender, language: str) -> None:
    """Send a mail without a link that does something, in the running transaction."""
    chosen = mail_language(language)
    send_mail_later(kind=kind, key=key, to=to, compose=content, sender=sender, language=chosen)


def send_link(
    *, kind: str, to: str, token: str, path: str, sender: Sender, language: str, compose: Callable[[str], MailContent]
) -> None:
    """Send a link with a token that nobody else keeps, in the running transaction. It is worthless after a while."""
    chosen = mail_language(language)
    link = sender.url(path.format(token=token), language=chosen)
    send_mail_later(
        kind=kind,
        # Of the token its hash: the row of a mail outlives the mail.
        key=f"{kind}:{hashlib.sha256(token.encode()).hexdigest()[:32]}",
        to=to,
        compose=lambda: compose(link),
        sender=sender,
        language=chosen,
        lifetime=_LINK_LIFETIME,
    )
