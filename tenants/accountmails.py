"""Mails about accounts: the link of an invitation, and what the owner has to know."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from babel.dates import format_date
from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.accounts import AbstractAccount
from tenants.ids import uuid7
from tenants.mail.content import MailContent
from tenants.mail.senders import Sender
from tenants.mail.services import send_mail_later

# A link is of use for days: a mail server that is away over a weekend must not cost it.
_INVITATION_LIFETIME: Final = timedelta(days=4)


def mail_language(wanted: str = "") -> str:
    """Return a language that mails can be written in: the wanted one, else the one of the running page."""
    language = (wanted or translation.get_language() or "de")[:2]
    return language if language in dict(settings.LANGUAGES) else "de"


def send_invitation(
    *, invitation_id: UUID, to: str, path: str, sender: Sender, expires_at: datetime, is_new: bool, language: str = ""
) -> bool:
    """Send the link by which a password is set, in the running transaction; return whether mail is sent here.

    `is_new`: the person had no access before.
    """
    chosen = mail_language(language)

    def compose() -> MailContent:
        locale = "en_GB" if chosen == "en" else "de_DE"
        day = format_date(timezone.localtime(expires_at), format="long", locale=locale)
        names = {"name": sender.name, "date": day}
        return MailContent(
            subject=(_("Ihr Zugang zu {name}") if is_new else _("Neues Passwort für {name}")).format(**names),
            paragraphs=(
                (
                    _("Sie sind eingeladen, bei „{name}“ mitzuarbeiten. Richten Sie Ihren Zugang ein.")
                    if is_new
                    else _("für Ihren Zugang bei „{name}“ wurde ein neuer Link erstellt. Wählen Sie ein Passwort.")
                ).format(**names),
                _("Der Link gilt bis {date} und nur einmal. Geben Sie ihn nicht weiter.").format(**names),
            ),
            link=sender.url(path, language=chosen),
            link_label=_("Zugang einrichten") if is_new else _("Passwort wählen"),
            closing=(_("Haben Sie nicht damit gerechnet? Dann löschen Sie diese E-Mail."),),
        )

    return send_mail_later(
        kind="account.invited",
        key=f"account.invited:{invitation_id}",
        to=to,
        compose=compose,
        sender=sender,
        language=chosen,
        lifetime=_INVITATION_LIFETIME,
    )


def tell_password_changed(account: AbstractAccount, *, sender: Sender, epoch: int) -> bool:
    """Tell the owner of an account that its password was changed, in the running transaction."""

    def compose() -> MailContent:
        return MailContent(
            subject=_("Ihr Passwort wurde geändert"),
            paragraphs=(
                _("das Passwort Ihres Zugangs bei „{name}“ wurde gerade geändert.").format(name=sender.name),
                _("Waren Sie das selbst, müssen Sie nichts tun."),
                _("Waren Sie es nicht? Antworten Sie sofort auf diese E-Mail oder rufen Sie dort an."),
            ),
        )

    return send_mail_later(
        kind="account.password_changed",
        key=f"account.password_changed:{account.id}:{epoch}",
        to=account.email,
        compose=compose,
        sender=sender,
        language=mail_language(account.language),
    )


class FactorNews(Enum):
    """What has happened to somebody's second factor."""

    ADDED = "factor_added"
    REMOVED = "factor_removed"
    RESET = "factor_reset"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODE_USED = "recovery_code_used"
    LOCKED = "factor_locked"


# Subject and sentence; the sentence takes `name`.
_WORDS: Final[dict[FactorNews, tuple[Promise, Promise]]] = {
    FactorNews.ADDED: (
        gettext_lazy("Zweiter Faktor eingerichtet"),
        gettext_lazy("für Ihren Zugang bei „{name}“ wurde gerade eine App für Einmalcodes eingerichtet."),
    ),
    FactorNews.REMOVED: (
        gettext_lazy("Zweiter Faktor entfernt"),
        gettext_lazy("bei Ihrem Zugang zu „{name}“ wurde gerade die App für Einmalcodes entfernt."),
    ),
    FactorNews.RESET: (
        gettext_lazy("Zweiter Faktor zurückgesetzt"),
        gettext_lazy(
            "der zweite Faktor Ihres Zugangs bei „{name}“ wurde zurückgesetzt. "
            "Richten Sie bei der nächsten Anmeldung einen neuen ein."
        ),
    ),
    FactorNews.PASSKEY_ADDED: (
        gettext_lazy("Neuer Passkey"),
        gettext_lazy("für Ihren Zugang bei „{name}“ wurde gerade ein Passkey eingerichtet."),
    ),
    FactorNews.PASSKEY_REMOVED: (
        gettext_lazy("Ein Passkey wurde entfernt"),
        gettext_lazy("bei Ihrem Zugang zu „{name}“ wurde gerade ein Passkey entfernt."),
    ),
    FactorNews.RECOVERY_CODE_USED: (
        gettext_lazy("Anmeldung mit einem Notfallcode"),
        gettext_lazy(
            "bei „{name}“ hat sich gerade jemand mit einem Ihrer Notfallcodes angemeldet. Dieser Code gilt nicht mehr. "
            "Fehlt Ihr Telefon, richten Sie eine neue App ein."
        ),
    ),
    FactorNews.LOCKED: (
        gettext_lazy("Viele falsche Codes bei Ihrer Anmeldung"),
        gettext_lazy(
            "bei „{name}“ hat jemand Ihr richtiges Passwort eingegeben, danach aber mehrmals einen falschen Code. "
            "Codes Ihrer App gelten deshalb eine Viertelstunde lang nicht, Notfallcodes schon. "
            "Waren Sie es nicht, kennt jemand Ihr Passwort: Melden Sie sich an und ändern Sie es sofort."
        ),
    ),
}


def tell_factor_news(account: AbstractAccount, *, news: FactorNews, sender: Sender) -> bool:
    """Tell the owner of an account what has happened to the second factor, in the running transaction."""

    def compose() -> MailContent:
        subject, sentence = (str(one) for one in _WORDS[news])
        return MailContent(
            subject=subject,
            paragraphs=(
                sentence.format(name=sender.name),
                _("Waren Sie es nicht? Antworten Sie sofort auf diese E-Mail oder rufen Sie dort an."),
            ),
        )

    return send_mail_later(
        kind=f"account.{news.value}",
        key=f"account.{news.value}:{account.id}:{uuid7()}",
        to=account.email,
        compose=compose,
        sender=sender,
        language=mail_language(account.language),
    )
