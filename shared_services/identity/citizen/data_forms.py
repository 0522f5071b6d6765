"""Forms of a person's own data. They check shape only; the services decide.

`version` comes back as it went out: a change from another window in between is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from shared_services.accounts.businesses import BusinessRole, LegalForm
from shared_services.accounts.documents import MAX_BYTES
from shared_services.accounts.household import Relation
from shared_services.accounts.models import AttributeName
from shared_services.identity.forms import FILE_ERRORS, ServiceForm, password_field

_LENGTH: Final = 200
_OLDEST_YEARS: Final = 126
# A lazy translation has no type that could be named at run time.
Label = Any


class DataForm(ServiceForm):
    """A form that shows something that others may change meanwhile."""

    version = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def values(self) -> dict[str, str]:
        """Return what was typed, as the services take it: days as ISO 8601, nothing as an empty text."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: _written(value) for name, value in given.items()}

    def seen_version(self) -> int:
        """Return the version of an entry that the person saw; what is no number is none that ever was."""
        given = self.cleaned_data["version"]
        return int(given) if given.isascii() and given.isdigit() else 0

    def show_typed(self, typed: QueryDict) -> None:
        """Show what was typed before, with nothing said about it yet."""
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(typed, MultiValueDict(), self.add_prefix(name))

    def take_version(self, version: str) -> None:
        """Let what was typed be stored over what holds now: the person has seen it on this page."""
        data = cast("QueryDict", self.data).copy()
        data["version"] = version
        self.data = data


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _text(label: Label, *, autocomplete: str = "off", hint: Label = "", needed: Label = "") -> forms.CharField:
    """Return a line of text; `needed` is what is said where it is empty and must not be."""
    return forms.CharField(
        label=label,
        required=bool(needed),
        error_messages={"required": needed} if needed else None,
        max_length=_LENGTH,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


def _day(label: Label, *, autocomplete: str = "off") -> forms.DateField:
    this_year = date.today().year  # noqa: DTZ011 -- the years of a list
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.SelectDateWidget(
            years=range(this_year - _OLDEST_YEARS, this_year + 1), attrs={"autocomplete": autocomplete}
        ),
        error_messages={"invalid": _("Geben Sie ein Datum mit Tag, Monat und Jahr ein.")},
    )


def _choice(
    label: Label, choices: Collection[tuple[Any, Any]], *, empty: Label, needed: Label = ""
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=bool(needed),
        error_messages={"required": needed} if needed else None,
        choices=[("", empty), *choices],
    )


def _salutation() -> forms.ChoiceField:
    known = [("Frau", _("Frau")), ("Herr", _("Herr"))]
    return _choice(AttributeName.SALUTATION.label, known, empty=_("keine Angabe"))


def _plain(name: AttributeName, **more: Any) -> Callable[[], forms.Field]:
    return lambda: _text(name.label, **more)


_FIELDS: Final[Mapping[str, Callable[[], forms.Field]]] = {
    AttributeName.SALUTATION: _salutation,
    AttributeName.DOCTORATE: _plain(AttributeName.DOCTORATE, hint=_("Zum Beispiel Dr.")),
    AttributeName.GIVEN_NAME: _plain(AttributeName.GIVEN_NAME, autocomplete="given-name"),
    AttributeName.FAMILY_NAME: _plain(AttributeName.FAMILY_NAME, autocomplete="family-name"),
    AttributeName.BIRTH_NAME: _plain(AttributeName.BIRTH_NAME, hint=_("Nur, wenn Sie früher anders hießen.")),
    AttributeName.BIRTH_DATE: lambda: _day(AttributeName.BIRTH_DATE.label, autocomplete="bday"),
    AttributeName.BIRTH_PLACE: _plain(AttributeName.BIRTH_PLACE),
    AttributeName.NATIONALITY: _plain(AttributeName.NATIONALITY),
    AttributeName.STREET: _plain(AttributeName.STREET, autocomplete="street-address"),
    AttributeName.POSTCODE: _plain(AttributeName.POSTCODE, autocomplete="postal-code"),
    AttributeName.CITY: _plain(AttributeName.CITY, autocomplete="address-level2"),
    AttributeName.COUNTRY: _plain(
        AttributeName.COUNTRY, autocomplete="country-name", hint=_("Nichts eingetragen heißt Deutschland.")
    ),
    AttributeName.PHONE: lambda: forms.CharField(
        label=AttributeName.PHONE.label,
        required=False,
        max_length=40,
        help_text=_("Mit Vorwahl, zum Beispiel 02043 990."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    ),
    AttributeName.IBAN: _plain(AttributeName.IBAN, hint=_("Steht auf Ihrer Bankkarte. Leerzeichen sind erlaubt.")),
    AttributeName.ACCOUNT_HOLDER: _plain(
        AttributeName.ACCOUNT_HOLDER, autocomplete="name", hint=_("So, wie der Name bei der Bank steht.")
    ),
}


class AttributeForm(DataForm):
    """The attributes of one group that the person may change."""

    def __init__(self, *args: Any, names: Collection[str], **kwargs: Any) -> None:
        """Ask for these attributes and no others."""
        super().__init__(*args, **kwargs)
        for name in names:
            self.fields[str(name)] = _FIELDS[name]()


class MemberForm(DataForm):
    """Somebody of the household."""

    given_name = _text(_("Vorname"), needed=_("Geben Sie den Vornamen ein."))
    family_name = _text(_("Nachname"), needed=_("Geben Sie den Nachnamen ein."))
    birth_date = _day(_("Geburtsdatum"))
    relation = _choice(
        _("Wer ist die Person für Sie?"),
        Relation.choices,
        empty=_("Bitte wählen"),
        needed=_("Wählen Sie aus, wer die Person für Sie ist."),
    )


class BusinessForm(DataForm):
    """A company for which the person acts."""

    company = _text(
        _("Name des Unternehmens"), autocomplete="organization", needed=_("Geben Sie den Namen des Unternehmens ein.")
    )
    legal_form = _choice(_("Rechtsform"), LegalForm.choices, empty=_("keine Angabe"))
    register_court = _text(_("Registergericht"), hint=_("Zum Beispiel Amtsgericht Gelsenkirchen."))
    register_number = _text(_("Registernummer"), hint=_("Zum Beispiel HRB 12345."))
    street = _text(_("Straße und Hausnummer"))
    postcode = _text(_("Postleitzahl"))
    city = _text(_("Ort"))
    role = _choice(
        _("In welcher Rolle handeln Sie?"),
        BusinessRole.choices,
        empty=_("Bitte wählen"),
        needed=_("Wählen Sie aus, in welcher Rolle Sie handeln."),
    )

    def __init__(self, *args: Any, has_fixed_name: bool = False, **kwargs: Any) -> None:
        """Leave out the name where a provider vouches for it."""
        super().__init__(*args, **kwargs)
        if has_fixed_name:
            del self.fields["company"]


class DocumentForm(ServiceForm):
    """A document."""

    document = forms.FileField(
        label=_("Nachweis"),
        help_text=_("PDF, JPEG oder PNG, höchstens 5 MB. Zum Beispiel ein Registerauszug oder eine Vollmacht."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages=FILE_ERRORS,
    )

    def content(self) -> bytes:
        """Return the bytes, no more than one beyond what is allowed: the service says that it is too much."""
        return bytes(self.cleaned_data["document"].read(MAX_BYTES + 1))


class ChoicesForm(DataForm):
    """The language of mails."""

    language = forms.ChoiceField(
        label=_("Sprache der E-Mails"),
        help_text=_("Die Seiten selbst zeigen die Sprache, die Sie oben wählen."),
        choices=settings.LANGUAGES,
    )


class NewEmailForm(ServiceForm):
    """Another address, and the password of the account where it has one."""

    email = forms.CharField(
        label=_("Neue E-Mail-Adresse"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    current_password = password_field(_("Ihr Passwort"), autocomplete="current-password")

    def __init__(self, *args: Any, has_password: bool, **kwargs: Any) -> None:
        """Ask for the password only where there is one."""
        super().__init__(*args, **kwargs)
        if not has_password:
            del self.fields["current_password"]
