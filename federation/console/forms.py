"""Forms of the console. They check shape only; the services decide, and their messages appear at the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError
from tenants.provisioning.requests import FIRST_LIVES
from tenants.registry.selectors import list_life_choices


class RefusableForm(forms.Form):
    """A form that shows what a service refused: at its fields, and above where none of them is meant."""

    use_required_attribute = False

    def add_refusal(self, refusal: DomainError) -> None:
        """Take over the messages of InvalidInput, Conflict or NotFound."""
        fields = cast("dict[str, list[str]]", refusal.data.get("fields", {}))
        known = {name: texts for name, texts in fields.items() if name in self.fields}
        for name, texts in known.items():
            for text in texts:
                self.add_error(name, text)
        if not known:
            self.add_error(None, refusal.user_message)


class OnboardingForm(RefusableForm):
    """What a municipality needs to begin; names as in `OnboardingRequest`."""

    region_slug = forms.CharField(max_length=40, widget=forms.HiddenInput)
    ags = forms.CharField(
        label=_("Amtlicher Gemeindeschlüssel (AGS)"),
        help_text=_("8 Ziffern, bei Kreisen 5. Steht in der Gemeindeliste."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Geben Sie den Gemeindeschlüssel an.")},
    )
    official_name = forms.CharField(
        label=_("Amtlicher Name"),
        help_text=_("So steht er im Impressum, zum Beispiel: Stadt Gladbeck."),
        max_length=200,
        required=False,
    )
    slug = forms.CharField(
        label=_("Kurzname"),
        help_text=_("Für Adressen und Befehle. Er lässt sich später nicht ändern."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Geben Sie einen Kurznamen an.")},
    )
    host = forms.CharField(
        label=_("Hauptadresse"),
        help_text=_(
            "Rechnername ohne https://. Das Portal antwortet dort sofort, wenn der Name auf diesen Dienst zeigt."
        ),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    other_hosts = forms.CharField(
        label=_("Weitere Adressen"),
        help_text=_("Eine je Zeile. Sie leiten zur Hauptadresse weiter."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
    )
    admin_email = forms.EmailField(
        label=_("E-Mail-Adresse der ersten Administration"),
        help_text=_(
            "Für diese Person entsteht ein Einladungslink. Bleibt das Feld leer, nennt sie ihre Adresse selbst."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Geben Sie eine E-Mail-Adresse an, zum Beispiel vorname.nachname@stadt.de.")},
    )
    life = forms.ChoiceField(
        label=_("Zustand am Anfang"),
        help_text=_("Im Aufbau sehen nur Beschäftigte das Portal. Der Pilotbetrieb ist öffentlich, mit Hinweis."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the states in which a municipality may begin."""
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["life"])
        field.choices = [(value, label) for value, label in list_life_choices() if value in FIRST_LIVES]

    def list_other_hosts(self) -> tuple[str, ...]:
        """Return the further hosts, one from each line; commas divide too."""
        return tuple(str(self.cleaned_data["other_hosts"]).replace(",", " ").split())


class SuspensionForm(RefusableForm):
    """Why a portal is closed."""

    reason = forms.CharField(
        label=_("Grund der Sperrung"),
        help_text=_("Er steht im Protokoll, auch in dem der Kommune. Bürgerinnen und Bürger sehen ihn nicht."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Nennen Sie den Grund der Sperrung: er steht im Protokoll.")},
    )


class OffboardingForm(RefusableForm):
    """Why a municipality leaves, how long its data are kept, and its short name once more."""

    reason = forms.CharField(
        label=_("Grund"),
        help_text=_("Er steht im Protokoll, auch in dem der Kommune. Bürgerinnen und Bürger sehen ihn nicht."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Nennen Sie den Grund: er steht im Protokoll.")},
    )
    wait_days = forms.IntegerField(
        label=_("Wartefrist in Tagen"),
        help_text=_("So lange bleibt alles erhalten, von der Fertigstellung des Archivs an. 1 bis 3650 Tage."),
        min_value=1,
        max_value=3650,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Geben Sie die Wartefrist in Tagen an."),
            "invalid": _("Geben Sie die Wartefrist als ganze Zahl von 1 bis 3650 an."),
            "min_value": _("Geben Sie die Wartefrist als ganze Zahl von 1 bis 3650 an."),
            "max_value": _("Geben Sie die Wartefrist als ganze Zahl von 1 bis 3650 an."),
        },
    )
    confirmation = forms.CharField(
        label=_("Kurzname der Kommune"),
        help_text=_("Zur Bestätigung, damit keine Verwechslung geschieht."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Geben Sie zur Bestätigung den Kurznamen der Kommune ein.")},
    )

    def __init__(self, *args: Any, slug: str, **kwargs: Any) -> None:
        """Know which name confirms it."""
        super().__init__(*args, **kwargs)
        self._slug = slug

    def clean_confirmation(self) -> str:
        """Compare the name with the municipality's."""
        given = str(self.cleaned_data["confirmation"]).strip()
        if given != self._slug:
            raise forms.ValidationError(_("Das ist nicht der Kurzname dieser Kommune. Er steht bei ihren Angaben."))
        return given


class LifeForm(RefusableForm):
    """The state to move on to."""

    life = forms.ChoiceField(
        label=_("Neuer Zustand"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Wählen Sie den neuen Zustand.")},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the states that follow."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["life"]).choices = list(choices)


class DomainForm(RefusableForm):
    """One more host."""

    host = forms.CharField(
        label=_("Neue Adresse"),
        help_text=_("Rechnername ohne https://, zum Beispiel service.gladbeck.de."),
        max_length=253,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Geben Sie die neue Adresse an.")},
    )


class InvitationForm(RefusableForm):
    """Whom to invite as administrator."""

    admin_email = forms.EmailField(
        label=_("E-Mail-Adresse der Administration"),
        help_text=_("Bleibt das Feld leer, nennt die eingeladene Person ihre Adresse selbst."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Geben Sie eine E-Mail-Adresse an, zum Beispiel vorname.nachname@stadt.de.")},
    )


class SupportForm(RefusableForm):
    """Why somebody has to work in a town's portal, and for how long."""

    reason = forms.CharField(
        label=_("Grund"),
        help_text=_("Was Sie im Portal tun werden, zum Beispiel: „Öffnungszeiten prüfen, Anruf von Frau Amsel“."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Sagen Sie in einem Satz, was Sie im Portal tun werden.")},
    )
    minutes = forms.ChoiceField(
        label=_("Wie lange"),
        choices=[("15", _("15 Minuten")), ("30", _("30 Minuten")), ("60", _("1 Stunde"))],
        widget=forms.RadioSelect,
    )
