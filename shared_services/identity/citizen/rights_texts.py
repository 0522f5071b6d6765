"""What is kept of a person, why and how long, and what a page says of providers that end: in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_services.accounts import periods
from shared_services.identity.citizen.endings import Ending


@dataclass(frozen=True, slots=True)
class Stored:
    """One kind of data: what it is, what for, and until when."""

    what: str
    why: str
    until: str


def list_stored() -> list[Stored]:
    """Return what the deployment keeps of whoever has an account. The periods are those of the code."""
    with_account = _("So lange Sie das Konto haben.")
    sessions = ngettext(
        "%(num)d Tag nach der Abmeldung.", "%(num)d Tage nach der Abmeldung.", periods.ENDED_SESSIONS_KEPT.days
    ) % {"num": periods.ENDED_SESSIONS_KEPT.days}
    devices = ngettext("%(num)d Tag.", "%(num)d Tage.", periods.KNOWN_DEVICES_KEPT.days)
    events = ngettext("%(num)d Monat.", "%(num)d Monate.", periods.EVENTS_KEPT.days // 30)
    return [
        Stored(
            _("E-Mail-Adresse, Sprache und Ihre Anmeldung (das Passwort nur als Prüfwert)"),
            _("Damit nur Sie in Ihr Konto kommen und wir Ihnen schreiben können."),
            _("Bis Sie das Konto löschen, oder bis Sie es zwei Jahre nicht benutzt haben (§ 8 OZG)."),
        ),
        Stored(
            _("Angaben zur Person, Adresse, Telefon und Bankverbindung, je mit Herkunft und Vertrauensniveau"),
            _("Damit Sie Formulare nicht jedes Mal neu ausfüllen."),
            with_account,
        ),
        Stored(
            _("Haushalt und Unternehmen, wenn Sie sie eintragen"),
            _("Für Anträge, in denen danach gefragt wird."),
            with_account,
        ),
        Stored(
            _("Verknüpfte Ausweisdienste"),
            _("Damit wir Sie wiedererkennen, gleich wie Sie sich ausweisen."),
            with_account,
        ),
        Stored(
            _("Sitzungen: Gerät, Portal, Beginn und Ende"),
            _("Damit Sie sehen, wo Sie angemeldet sind, und Fremdes erkennen."),
            sessions,
        ),
        Stored(
            _("Bekannte Geräte (nur als Prüfwert)"),
            _("Damit wir Ihnen schreiben, wenn sich ein neues Gerät anmeldet."),
            devices % {"num": periods.KNOWN_DEVICES_KEPT.days},
        ),
        Stored(
            _("Verlauf des Kontos, und wer Ihre Daten angesehen hat"),
            _("Damit Sie nachprüfen können, was mit Ihren Daten geschieht."),
            events % {"num": periods.EVENTS_KEPT.days // 30},
        ),
    ]


def ending_sentence(ending: Ending) -> str:
    """Return what people are told who sign in over a provider that ends."""
    names = {"name": ending.name, "date": day_in_words(ending.ends_on), "successor": ending.successor_name}
    if ending.ends_on < timezone.localdate():
        return _(
            "„{name}“ ist seit {date} zu Ende. Wechseln Sie unter „Ausweisdienste“ zu „{successor}“, so lange es geht."
        ).format(**names)
    return _(
        "„{name}“ endet am {date}. Wechseln Sie vorher unter „Ausweisdienste“ zu „{successor}“. Ihr Konto bleibt."
    ).format(**names)


def day_in_words(day: date) -> str:
    """Return a day as the reader's language writes it."""
    return format_date(day, format="long", locale=locale())


def locale() -> str:
    """Return the reader's language and country, for dates."""
    return "en_GB" if (translation.get_language() or "de").startswith("en") else "de_DE"
