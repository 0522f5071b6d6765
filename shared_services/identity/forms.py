"""Forms of sign-in, invitation, account and team. They check shape only; the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenants.errors import Conflict, InvalidInput
from tenants.passwords import MAX_LENGTH, password_hint
from tenants.staff.selectors import list_roles

# What every field for a file says.
FILE_ERRORS: Final = {
    "required": _("Wählen Sie eine Datei aus."),
    "empty": _("Diese Datei ist leer. Wählen Sie eine andere aus."),
}


class ServiceForm(forms.Form):
    """A form that can show what a service refused."""

    use_required_attribute = False

    def add_refusal(self, refusal: InvalidInput | Conflict) -> None:
        """Show a service's messages at their fields; those without a field of this form stand above."""
        fields = cast("dict[str, list[str]]", refusal.data.get("fields", {}))
        known = {name: texts for name, texts in fields.items() if name in self.fields}
        for name, texts in known.items():
            for text in texts:
                self.add_error(name, text)
        if not known:
            self.add_error(None, refusal.user_message)


def password_field(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """Return a password field that password managers understand. Blanks belong to the password."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _require_same(form: forms.Form, first: str, second: str) -> None:
    chosen, repeated = form.cleaned_data.get(first), form.cleaned_data.get(second)
    if chosen and repeated and chosen != repeated:
        form.add_error(second, _("Die beiden Passwörter sind verschieden. Geben Sie zweimal dasselbe ein."))


class SignInForm(ServiceForm):
    """E-mail and password. The address is not checked for form: every wrong one gets the same answer."""

    email = forms.CharField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(_("Passwort"), autocomplete="current-password")
    weiter = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


class CodeForm(ServiceForm):
    """A code of an app, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Sechs Ziffern aus Ihrer App, oder einer Ihrer Notfallcodes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )


class RecoveryCodeForm(CodeForm):
    """A recovery code, of whoever has no app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is asked for."""
        super().__init__(*args, **kwargs)
        self.fields["code"].label, self.fields["code"].help_text = _("Notfallcode"), ""


class OwnPasswordForm(ServiceForm):
    """The password once more, of whoever is signed in."""

    password = password_field(_("Passwort"), autocomplete="current-password")


class PasskeyForm(ServiceForm):
    """What a browser's passkey has answered, as the script put it in."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name des Passkeys"),
        help_text=_("Zum Beispiel „Mein Telefon“."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    weiter = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


class InvitationForm(ServiceForm):
    """Name and password of an invited person; the address too, where the invitation names none."""

    name = forms.CharField(
        label=_("Vor- und Nachname"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Dienstliche E-Mail-Adresse"),
        help_text=_("Mit dieser Adresse melden Sie sich künftig an."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(_("Passwort"), autocomplete="new-password")
    password_again = password_field(_("Passwort wiederholen"), autocomplete="new-password")
    field_order = ("email", "name")

    def __init__(self, *args: Any, invited_email: str, **kwargs: Any) -> None:
        """Ask for the address only where it is not known."""
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_hint()
        if invited_email:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        """Compare the two passwords."""
        _require_same(self, "password", "password_again")
        return self.cleaned_data


class NewPasswordForm(ServiceForm):
    """A first password, twice."""

    password = password_field(_("Passwort"), autocomplete="new-password")
    password_again = password_field(_("Passwort wiederholen"), autocomplete="new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the rules before they are broken."""
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_hint()

    def clean(self) -> dict[str, Any]:
        """Compare the two passwords."""
        _require_same(self, "password", "password_again")
        return self.cleaned_data


class PasswordForm(ServiceForm):
    """The password now, and the new one twice."""

    current_password = password_field(_("Jetziges Passwort"), autocomplete="current-password")
    new_password = password_field(_("Neues Passwort"), autocomplete="new-password")
    new_password_again = password_field(_("Neues Passwort wiederholen"), autocomplete="new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the rules before they are broken."""
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = password_hint()

    def clean(self) -> dict[str, Any]:
        """Compare the two new passwords."""
        _require_same(self, "new_password", "new_password_again")
        return self.cleaned_data


class MailForm(ServiceForm):
    """Which mail a person gets, and in which language."""

    language = forms.ChoiceField(label=_("Sprache der E-Mails"), choices=settings.LANGUAGES)
    wants_reminders = forms.BooleanField(
        required=False,
        label=_("Einmal in der Woche an das erinnern, was auf mich wartet"),
        help_text=_("Zum Beispiel an offene Prüfungen und Entwürfe. Wartet nichts, kommt keine E-Mail."),
    )

    def __init__(self, *args: Any, is_reminded: bool, **kwargs: Any) -> None:
        """Ask about reminders only where there are any."""
        super().__init__(*args, **kwargs)
        if not is_reminded:
            del self.fields["wants_reminders"]


class RolesForm(ServiceForm):
    """What a person may do."""

    roles = forms.MultipleChoiceField(
        label=_("Rollen"),
        help_text=_(
            "Administration lädt Personen ein und verwaltet sie. Redaktion bearbeitet Leistungen und Seiten. "
            "Übersetzung schreibt Texte in anderen Sprachen als Deutsch. Sachbearbeitung und Kasse bekommen Vorgänge. "
            "Revision liest das Protokoll."
        ),
        choices=list_roles,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Wählen Sie mindestens eine Rolle aus der Liste.")},
    )
    offices = forms.MultipleChoiceField(
        required=False,
        label=_("Stellen"),
        help_text=_("Nur für Sachbearbeitung: für welche Stellen die Person arbeitet."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """Offer the town's offices."""
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["offices"]).choices = units
        if not units:
            del self.fields["offices"]

    def list_offices(self) -> list[UUID]:
        """Return the chosen offices."""
        return [UUID(one) for one in self.cleaned_data.get("offices", [])]


class InviteForm(RolesForm):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("E-Mail-Adresse der Person"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", "roles", "offices")


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class AbsenceForm(ServiceForm):
    """From when to when somebody is away, and who stands in."""

    first_day = _day_field(_("Erster Tag"))
    last_day = _day_field(_("Letzter Tag"))
    deputy = forms.ChoiceField(
        required=False,
        label=_("Vertretung"),
        help_text=_("Zur Wahl steht, wer dieselben Rollen und Stellen hat."),
    )

    def __init__(self, *args: Any, deputies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the colleagues who can stand in."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["deputy"]).choices = [("", _("Niemand")), *deputies]


class SupportRulesForm(ServiceForm):
    """Whether the IT provider has to ask."""

    must_ask = forms.BooleanField(
        required=False,
        label=_("Der IT-Dienstleister kommt nur mit unserer Zustimmung herein"),
        help_text=_("Sie bekommen eine E-Mail und stimmen hier zu. In dringenden Fällen dauert Hilfe dann länger."),
    )
