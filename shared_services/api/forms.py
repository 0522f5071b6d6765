"""The form of a new access. It checks shape only; the service decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_services.identity.forms import ServiceForm
from tenants.apitokens.selectors import list_scopes

_USUAL_LIFE = dt.timedelta(days=180)


class TokenForm(ServiceForm):
    """What the access is for, what it may do, and until when."""

    purpose = forms.CharField(
        label=_("Zweck"),
        help_text=_("Welches Programm bekommt den Zugang, und wozu? Zum Beispiel: Leistungsliste für die Stadt-App."),
        max_length=120,
    )
    scopes = forms.MultipleChoiceField(label=_("Rechte"), widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(
        label=_("Gültig bis"),
        help_text=_("Höchstens ein Jahr voraus. Zwei Wochen vor dem Ende erinnert Sie die Übersicht."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the scopes that there are, and half a year."""
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        if isinstance(scopes, forms.MultipleChoiceField):
            scopes.choices = list_scopes()
        self.fields["expires_on"].initial = timezone.localdate() + _USUAL_LIFE
