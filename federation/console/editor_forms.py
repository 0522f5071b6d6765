"""Forms for the editors of the shared catalogue. They check shape only; the services decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from federation.console.forms import RefusableForm
from tenants.editors.scopes import Scope, format_scope, name_scope, parse_scope
from tenants.editors.selectors import list_roles


class RightsForm(RefusableForm):
    """Roles and layers. Only the layers of the region itself are offered."""

    roles = forms.MultipleChoiceField(
        label=_("Rollen"),
        help_text=_("Redaktion schreibt Entwürfe und reicht sie ein. Freigabe veröffentlicht und sperrt Felder."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Wählen Sie mindestens eine Rolle aus der Liste.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ebenen"),
        required=False,
        help_text=_("Für diese Ebenen darf die Person schreiben. Bund und Land vergibt die Betriebsleitung."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offered: Sequence[Scope], region_name: str, **kwargs: Any) -> None:
        """Offer roles and layers by their names."""
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["roles"]).choices = list_roles()
        cast("forms.MultipleChoiceField", self.fields["scopes"]).choices = [
            (format_scope(scope), name_scope(scope, region_name=region_name)) for scope in offered
        ]

    def list_scopes(self) -> list[Scope]:
        """Return the layers chosen."""
        return [parse_scope(one) for one in self.cleaned_data["scopes"]]


class EditorForm(RightsForm):
    """A new editor."""

    name = forms.CharField(
        label=_("Vor- und Nachname"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Geben Sie den Vor- und Nachnamen an.")},
    )
    email = forms.EmailField(
        label=_("E-Mail-Adresse der Person"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Geben Sie die E-Mail-Adresse an."),
            "invalid": _("Geben Sie eine E-Mail-Adresse an, zum Beispiel vorname.nachname@stadt.de."),
        },
    )
    field_order = ("name", "email", "roles", "scopes")
