"""The form of a decision on many services, and how a selection travels through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.decisions.bulk_plan import BulkAction, BulkWish, check_wish
from tenants.errors import InvalidInput

ACTION_CHOICES = [
    (BulkAction.ADOPT.value, gettext_lazy("übernehmen: der gemeinsame Text gilt")),
    (BulkAction.OVERRIDE.value, gettext_lazy("anpassen: Ihre eigenen Angaben gelten, wo es welche gibt")),
    (BulkAction.LINK.value, gettext_lazy("verlinken: eine andere Stelle führt die Leistung aus")),
    (BulkAction.NOT_OFFERED.value, gettext_lazy("nicht anbieten: mit einem Grund")),
    (BulkAction.PRESET.value, gettext_lazy("zurück zur Voreinstellung: als wäre nie entschieden worden")),
    (BulkAction.PIN.value, gettext_lazy("jetzige Fassung festhalten: Änderungen von oben warten auf Sie")),
    (BulkAction.UNPIN.value, gettext_lazy("Fassung freigeben: es gilt wieder die neueste")),
]


class BulkForm(forms.Form):
    """What is decided for all selected services."""

    action = forms.ChoiceField(
        label=gettext_lazy("Was soll für alle gewählten Leistungen gelten?"),
        choices=ACTION_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Wählen Sie, was gelten soll.")},
    )
    link_url = forms.CharField(
        label=gettext_lazy("Adresse der anderen Stelle (beim Verlinken)"),
        help_text=gettext_lazy("Beginnt mit https:// oder http://"),
        required=False,
    )
    link_authority = forms.CharField(label=gettext_lazy("Name der anderen Stelle (beim Verlinken)"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Grund (wenn Sie die Leistungen nicht anbieten)"),
        help_text=gettext_lazy("Bürgerinnen und Bürger lesen diesen Text auf der Seite jeder dieser Leistungen."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    alternative = forms.CharField(
        label=gettext_lazy("Wohin können sich Bürgerinnen und Bürger stattdessen wenden?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    selection = forms.CharField(widget=forms.HiddenInput)

    def wish(self) -> BulkWish:
        """Return what is wished for. Raises: InvalidInput."""
        names = ("action", "link_url", "link_authority", "reason", "alternative")
        return check_wish(**{name: str(self.cleaned_data[name]) for name in names})


def write_selection(selection: Mapping[UUID, int]) -> str:
    """Return a selection as one text: a form may hold thousands of services, but not as many inputs."""
    return " ".join(f"{service_id.hex}.{version}" for service_id, version in selection.items())


def read_selection(parts: Iterable[str]) -> dict[UUID, int]:
    """Return the versions seen, by service. Raises: InvalidInput for what is not readable."""
    found: dict[UUID, int] = {}
    try:
        for part in parts:
            key, version = part.split(".")
            found[UUID(hex=key)] = int(version)
    except ValueError as wrong:
        message = _("Diese Auswahl ist nicht lesbar. Wählen Sie die Leistungen noch einmal aus.")
        raise InvalidInput(message, data={"fields": {"selection": [message]}}) from wrong
    return found
