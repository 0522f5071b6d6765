"""Claim, colours and logo."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_services.identity.forms import FILE_ERRORS, ServiceForm
from shared_services.portal.contrast import ground_labels, mode_label
from shared_services.portal.editing import EditState
from shared_services.portal.staff_forms.base import ColourInput, EditForm
from shared_services.portal.theming import Palette, Theme

MODES = ("light", "dark")
COLOURS = tuple(field.name for field in fields(Palette))


class BrandingForm(EditForm):
    """Claim by language, and the seven colours of each mode as `light_primary` ... `dark_focus`."""

    claim_de = forms.CharField(
        label=_("Leitsatz auf Deutsch"),
        help_text=_("Steht groß auf der Startseite. Ohne Leitsatz steht dort „Ihr Rathaus im Internet“."),
        required=False,
        max_length=120,
    )
    claim_en = forms.CharField(label=_("Leitsatz auf Englisch"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the colours."""
        super().__init__(*args, **kwargs)
        labels = ground_labels()
        for mode in MODES:
            for name in COLOURS:
                self.fields[f"{mode}_{name}"] = forms.CharField(
                    label=f"{labels[name]} ({mode_label(mode)})", max_length=7, widget=ColourInput
                )

    @classmethod
    def initial_of(cls, state: EditState) -> dict[str, Any]:
        """Spread texts and colours over the fields."""
        claim, theme = state.values["claim"], state.values["theme"]
        texts = {"claim_de": claim.get("de", ""), "claim_en": claim.get("en", "")}
        return texts | {f"{mode}_{name}": value for mode in theme for name, value in theme[mode].items()}

    @property
    def claim(self) -> dict[str, str]:
        """The claim by language, once valid."""
        return {"de": self.cleaned_data["claim_de"], "en": self.cleaned_data["claim_en"]}

    @property
    def theme_values(self) -> dict[str, dict[str, str]]:
        """The colours as they stand in the fields, valid or not."""
        return {mode: {name: str(self[f"{mode}_{name}"].value() or "") for name in COLOURS} for mode in MODES}

    def mode_fields(self, mode: str) -> list[forms.BoundField]:
        """List the colours of a mode."""
        return [self[f"{mode}_{name}"] for name in COLOURS]

    def with_theme(self, theme: Theme) -> dict[str, Any]:
        """Return initial values with other colours, as a preset offers them."""
        colours = {
            f"{mode}_{name}": value for mode, palette in theme.as_dict().items() for name, value in palette.items()
        }
        return {**self.initial, **colours}


class LogoForm(ServiceForm):
    """A picture."""

    logo = forms.FileField(
        label=_("Wappen oder Logo"),
        help_text=_("PNG, JPEG oder WebP, höchstens 2 MB. Am besten mit durchsichtigem Hintergrund."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages=FILE_ERRORS,
    )
