"""Mails that tell the owner of an account what concerns its safety: nobody can switch them off.

They name neither the person nor the new address: the old one may be read by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_services.accounts.book import read_sealed
from shared_services.accounts.mails import send_link, tell
from shared_services.accounts.models import CitizenAccount
from tenants.accountmails import mail_language
from tenants.ids import uuid7
from tenants.keystore.sealing import DataKey
from tenants.mail.content import MailContent
from tenants.mail.senders import Sender

NEW_EMAIL_PATH: Final = "/konto/adresse-bestaetigen/{token}/"
KEEP_EMAIL_PATH: Final = "/konto/adresse-behalten/{token}/"
DEVICES_PATH: Final = "/konto/geraete/"
SECURITY_PATH: Final = "/konto/sicherheit/"
RESET_PATH: Final = "/konto/passwort-vergessen/"

# Takes what makes an address of a path.
_ComposeWithLink = Callable[[Callable[[str], str]], MailContent]
FactorChange = Literal["app_added", "app_removed", "codes_renewed", "code_used", "passkey_added", "passkey_removed"]
_FACTOR_CHANGES: Final[Mapping[FactorChange, tuple[Promise, Promise]]] = {
    "app_added": (
        gettext_lazy("Neuer zweiter Faktor für Ihr Konto"),
        gettext_lazy("Für Ihr Konto bei „{name}“ wurde gerade eine App für Einmalcodes eingerichtet."),
    ),
    "app_removed": (
        gettext_lazy("Ihr zweiter Faktor wurde entfernt"),
        gettext_lazy("Für Ihr Konto bei „{name}“ wurde gerade die App für Einmalcodes entfernt."),
    ),
    "codes_renewed": (
        gettext_lazy("Neue Notfallcodes für Ihr Konto"),
        gettext_lazy("Für Ihr Konto bei „{name}“ wurden gerade neue Notfallcodes erzeugt. Alte gelten nicht mehr."),
    ),
    "code_used": (
        gettext_lazy("Anmeldung mit einem Notfallcode"),
        gettext_lazy(
            "In Ihrem Konto bei „{name}“ hat sich gerade jemand mit einem Ihrer Notfallcodes angemeldet. Dieser Code "
            "gilt nicht mehr."
        ),
    ),
    "passkey_added": (
        gettext_lazy("Neuer Passkey für Ihr Konto"),
        gettext_lazy("Für Ihr Konto bei „{name}“ wurde gerade ein Passkey eingerichtet."),
    ),
    "passkey_removed": (
        gettext_lazy("Ein Passkey wurde entfernt"),
        gettext_lazy("Für Ihr Konto bei „{name}“ wurde gerade ein Passkey entfernt."),
    ),
}


def tell_new_device(account: CitizenAccount, *, key: DataKey, describe: Callable[[], str], sender: Sender) -> None:
    """Tell the owner of a sign-in from a browser that was not seen before; `describe` says which, for the mail."""
    _tell(
        account,
        kind="accounts.new_device",
        sender=sender,
        key=key,
        compose=lambda link: MailContent(
            subject=_("Neue Anmeldung in Ihrem Konto"),
            paragraphs=(
                _(
                    "In Ihrem Konto bei „{name}“ hat sich jemand mit einem Gerät angemeldet, das wir noch nicht kennen:"
                ).format(name=sender.name),
                describe(),
                _("Waren Sie das selbst, müssen Sie nichts tun."),
                _("Waren Sie es nicht? Melden Sie das Gerät ab und setzen Sie sofort ein neues Passwort."),
            ),
            link=link(DEVICES_PATH),
            link_label=_("Geräte ansehen"),
        ),
    )


def tell_factor_changed(account_id: UUID, *, change: FactorChange, sender: Sender) -> None:
    """Tell the owner that a second factor or passkey came or went, or a recovery code was used."""
    account = CitizenAccount.objects.get(id=account_id)
    subject, happened = _FACTOR_CHANGES[change]
    _tell(
        account,
        kind=f"accounts.{change}",
        sender=sender,
        compose=lambda link: MailContent(
            subject=str(subject),
            paragraphs=(
                str(happened).format(name=sender.name),
                _("Waren Sie das selbst, müssen Sie nichts tun."),
                _("Waren Sie es nicht? Setzen Sie sofort ein neues Passwort und schreiben Sie uns."),
            ),
            link=link(SECURITY_PATH),
            link_label=_("Anmeldung und Sicherheit ansehen"),
        ),
    )


def tell_factor_locked(account_id: UUID, *, sender: Sender) -> None:
    """Tell the owner that wrong codes have closed the second step: somebody has the password."""
    _tell(
        CitizenAccount.objects.get(id=account_id),
        kind="accounts.factor_locked",
        sender=sender,
        compose=lambda link: MailContent(
            subject=_("Viele falsche Codes bei Ihrer Anmeldung"),
            paragraphs=(
                _(
                    "Bei „{name}“ hat jemand Ihr richtiges Passwort eingegeben, danach aber mehrmals einen falschen "
                    "Code. Codes Ihrer App gelten deshalb eine Viertelstunde lang nicht."
                ).format(name=sender.name),
                _("Waren Sie das selbst? Warten Sie so lange, oder nehmen Sie einen Ihrer Notfallcodes."),
                _("Waren Sie es nicht? Dann kennt jemand Ihr Passwort. Setzen Sie sofort ein neues."),
            ),
            link=link(RESET_PATH),
            link_label=_("Neues Passwort setzen"),
        ),
    )


def send_email_link(*, to: str, token: str, sender: Sender, language: str) -> None:
    """Send the link that makes an address the account's. It works only for whoever is signed in to that account."""
    send_link(
        kind="accounts.new_email",
        to=to,
        token=token,
        path=NEW_EMAIL_PATH,
        sender=sender,
        language=language,
        compose=lambda link: MailContent(
            subject=_("Bestätigen Sie Ihre neue Adresse"),
            paragraphs=(
                _("Diese Adresse soll für ein Konto bei „{name}“ gelten. Bestätigen Sie sie.").format(name=sender.name),
                _("Der Link gilt einen Tag lang und nur einmal. Sie müssen dafür angemeldet sein."),
            ),
            link=link,
            link_label=_("Adresse bestätigen"),
            closing=(_("Haben Sie das nicht veranlasst? Dann löschen Sie diese E-Mail. Es geschieht nichts weiter."),),
        ),
    )


def send_keep_email_link(*, to: str, token: str, sender: Sender, language: str) -> None:
    """Tell the old address that another one shall take its place, with a link that stops it."""
    send_link(
        kind="accounts.keep_email",
        to=to,
        token=token,
        path=KEEP_EMAIL_PATH,
        sender=sender,
        language=language,
        compose=lambda link: MailContent(
            subject=_("Ihr Konto soll eine andere E-Mail-Adresse bekommen"),
            paragraphs=(
                _("Für Ihr Konto bei „{name}“ wurde gerade eine andere E-Mail-Adresse eingetragen.").format(
                    name=sender.name
                ),
                _("Sie gilt erst, wenn sie bestätigt ist. Bis dahin bleibt es bei dieser Adresse."),
                _("Waren Sie es nicht? Verhindern Sie die Änderung mit diesem Link und setzen Sie ein neues Passwort."),
            ),
            link=link,
            link_label=_("Änderung verhindern"),
            closing=(_("Waren Sie das selbst, müssen Sie nichts tun."),),
        ),
    )


def tell_email_changed(*, to: str, account: CitizenAccount, sender: Sender) -> None:
    """Tell an address, the old or the new one, that the account has another one now."""
    tell(
        kind="accounts.email_changed",
        key=f"accounts.email_changed:{account.id}:{uuid7()}",
        to=to,
        sender=sender,
        language=account.language,
        content=lambda: MailContent(
            subject=_("Ihre E-Mail-Adresse wurde geändert"),
            paragraphs=(
                _("Ihr Konto bei „{name}“ hat jetzt eine andere E-Mail-Adresse.").format(name=sender.name),
                _("Melden Sie sich ab jetzt mit der neuen Adresse an."),
                _("Waren Sie es nicht? Antworten Sie sofort auf diese E-Mail."),
            ),
        ),
    )


def _tell(
    account: CitizenAccount, *, kind: str, sender: Sender, compose: _ComposeWithLink, key: DataKey | None = None
) -> None:
    """Send a mail to the account's own address, in the running transaction. Without an address there is nobody."""
    to = str(read_sealed(account, key).get("email", ""))
    if not to:
        return
    chosen = mail_language(account.language)
    tell(
        kind=kind,
        key=f"{kind}:{account.id}:{uuid7()}",
        to=to,
        sender=sender,
        language=chosen,
        content=lambda: compose(lambda path: sender.url(path, language=chosen)),
    )
