"""Forms of offices and people. They check shape only; the services decide."""

from __future__ import annotations

from typing import Any, Self, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalog.pages.selectors import list_own_services
from shared_services.directory.drafts import PERSON_TEXTS, UNIT_TEXTS
from shared_services.directory.selectors import list_units
from shared_services.portal.editing import EditState
from shared_services.portal.staff_forms.base import EditForm
from shared_services.portal.staff_forms.hours import HoursForm
from shared_services.portal.texts import current_language
from tenants.phones import readable_phone

Choices = list[tuple[str, str]]


def _text(label: Any, *, length: int, hint: Any = "", widget: Any = None) -> forms.CharField:
    shown = widget or forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=length, widget=shown)


def _name(label: Any) -> forms.CharField:
    message = {"required": _("Geben Sie einen Namen ein.")}
    return forms.CharField(label=label, max_length=200, error_messages=message)


def _long(label: Any, hint: Any = "") -> forms.CharField:
    return _text(label, length=1000, hint=hint, widget=forms.Textarea(attrs={"rows": 3}))


def _phone() -> forms.CharField:
    hint = _("Mit Vorwahl, zum Beispiel 02043 990.")
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    return _text(_("Telefonnummer"), length=40, hint=hint, widget=widget)


def _service_choices() -> Choices:
    return [(str(service_id), title) for service_id, title in list_own_services(current_language())]


def _unit_choices() -> Choices:
    return [(str(unit.id), unit.name) for unit in list_units()]


def _parent_choices() -> Choices:
    return [("", str(_("keiner anderen Stelle"))), *_unit_choices()]


def _services() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Leistungen"), required=False, choices=_service_choices, widget=forms.CheckboxSelectMultiple
    )


class _WithServices(EditForm):
    """A form with a list of services to tick."""

    def renewed(self, state: EditState) -> Self:
        """Return the same entries; a list keeps all that is ticked."""
        data = cast("QueryDict", self.data).copy()
        data["seen"] = state.seen
        form = type(self)(data)
        form.full_clean()
        return form

    @property
    def service_ids(self) -> list[UUID]:
        """The ticked services, once valid."""
        return [UUID(one) for one in self.cleaned_data["services"]]


class UnitForm(_WithServices, HoursForm):
    """An office: what it is, where, when, for what."""

    name = _name(_("Name der Stelle"))
    parent = forms.ChoiceField(label=_("Gehört zu"), required=False, choices=_parent_choices)
    description_de = _long(_("Wofür ist die Stelle da? (Deutsch)"))
    description_en = _long(_("Wofür ist die Stelle da? (Englisch)"))
    street = _text(_("Straße und Hausnummer"), length=200)
    postcode = _text(_("Postleitzahl"), length=10)
    town = _text(_("Ort"), length=120)
    phone = _phone()
    email = _text(_("E-Mail-Adresse"), length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    website_url = _text(_("Internetseite"), length=500, widget=forms.URLInput(attrs={"autocomplete": "off"}))
    access_de = _long(_("Hinweise zur Barrierefreiheit (Deutsch)"), _("Zum Beispiel: Aufzug am Eingang Rathausplatz."))
    access_en = _long(_("Hinweise zur Barrierefreiheit (Englisch)"))
    services = _services()

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Spread texts over the languages and hours over the days."""
        values = state.values
        spread = {
            f"{name}_{code}": values[name].get(code, "") for name in ("description", "access") for code in ("de", "en")
        }
        plain = {name: values[name] for name in (*UNIT_TEXTS, "parent", "services")}
        return {**super().initial_of(state), **spread, **plain, "phone": readable_phone(values["phone"])}

    @property
    def values(self) -> dict[str, Any]:
        """The entries for the service, once valid."""
        data = self.cleaned_data
        languages = {
            name: {code: data[f"{name}_{code}"] for code in ("de", "en")} for name in ("description", "access")
        }
        return {
            "texts": {name: data[name] for name in UNIT_TEXTS},
            **languages,
            "week": self.week,
            "hours_note": self.note,
            "parent_id": UUID(data["parent"]) if data["parent"] else None,
            "service_ids": self.service_ids,
        }


class PersonForm(_WithServices):
    """Somebody whom citizens may ask."""

    name = _name(_("Vor- und Nachname"))
    unit = forms.ChoiceField(label=_("Stelle"), choices=_unit_choices)
    role = _text(_("Aufgabe"), length=200, hint=_("Zum Beispiel: Sachbearbeitung Hundesteuer"))
    covers = _text(_("Zuständig für"), length=200, hint=_("Zum Beispiel: Buchstaben A bis K"))
    room = _text(_("Zimmer"), length=60)
    phone = _phone()
    email = _text(_("E-Mail-Adresse"), length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    services = _services()

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Write the phone number as people read it."""
        return {**state.values, "phone": readable_phone(state.values["phone"])}

    @property
    def values(self) -> dict[str, Any]:
        """The entries for the service, once valid."""
        data = self.cleaned_data
        texts = {name: data[name] for name in PERSON_TEXTS}
        return {"texts": texts, "unit_id": UUID(data["unit"]), "service_ids": self.service_ids}
