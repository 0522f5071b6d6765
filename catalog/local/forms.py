"""Forms of the editor of own services. What may be stored the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from catalog.local.facts import Facts
from catalog.local.targets import Target
from catalog.services.fields import TARGET_GROUPS

Choices = Iterable[tuple[str, str]]


class NewServiceForm(forms.Form):
    """What a draft needs to begin with."""

    title = forms.CharField(
        label=gettext_lazy("Titel"),
        help_text=gettext_lazy(
            "So, wie Bürgerinnen und Bürger danach suchen, zum Beispiel „Stand beim Stadtfest anmelden“."
        ),
        max_length=150,
    )
    category_codes = forms.MultipleChoiceField(label=gettext_lazy("Themen"), widget=forms.CheckboxSelectMultiple)
    target_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Für wen?"),
        choices=list(TARGET_GROUPS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, topics: Choices, **options: Any) -> None:
        """Offer the topics."""
        super().__init__(*args, **options)
        topic_field = self.fields["category_codes"]
        assert isinstance(topic_field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        topic_field.choices = list(topics)


class FactsForm(NewServiceForm):
    """What a service is beside its texts."""

    title = None  # type: ignore[assignment]  # Django's way to leave out an inherited field
    slug = forms.CharField(
        label=gettext_lazy("Adresse der Seite"),
        help_text=gettext_lazy(
            "Kleine Buchstaben, Ziffern und Bindestriche. Nach dem ersten Veröffentlichen bleibt sie."
        ),
        max_length=70,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Gültig ab"),
        help_text=gettext_lazy("Leer: sofort. Vorher sieht niemand die Seite."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_to = forms.DateField(
        label=gettext_lazy("Gültig bis"),
        help_text=gettext_lazy("Leer: ohne Ende. Danach verschwindet die Seite von selbst."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    prominence = forms.IntegerField(
        label=gettext_lazy("Gewicht in Listen und Suche"),
        help_text=gettext_lazy("0 bis 10. Ab 7 steht die Leistung weit oben auf der Startseite."),
        min_value=0,
        max_value=10,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ["category_codes", "target_groups", "slug", "valid_from", "valid_to", "prominence", "version"]

    def facts(self) -> Facts:
        """Return what was typed."""
        data = self.cleaned_data
        return Facts(
            category_codes=tuple(data["category_codes"]),
            target_groups=tuple(data["target_groups"]),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            prominence=data["prominence"],
            slug=data["slug"],
        )


class OfferForm(forms.Form):
    """To whom a text is offered, with a word to the editors there."""

    target = forms.ChoiceField(label=gettext_lazy("Wem bieten Sie den Text an?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=gettext_lazy("Nachricht an die Redaktion dort"),
        help_text=gettext_lazy("Zum Beispiel: warum der Text für alle taugt, und was daran neu ist."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, targets: Iterable[Target], **options: Any) -> None:
        """Offer the catalogues above."""
        super().__init__(*args, **options)
        target_field = self.fields["target"]
        assert isinstance(target_field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        target_field.choices = [(one.key, one.name) for one in targets]
        if len(target_field.choices) == 1:
            target_field.initial = target_field.choices[0][0]


def add_errors(form: forms.Form, fields: dict[str, list[str]], message: str) -> None:
    """Put a refusal's messages beside their fields, or above the form."""
    for name, messages in fields.items():
        for text in messages:
            form.add_error(name if name in form.fields else None, text)
    if not fields:
        form.add_error(None, message)
