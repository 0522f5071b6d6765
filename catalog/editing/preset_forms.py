"""The form of a preset. It checks shape only; the service decides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.editing.presets import PresetWish
from catalog.presets.models import PresetDecision
from tenants.errors import InvalidInput
from tenants.registry.selectors import kind_label

# Before the key of a service or the code of a topic in the one field that chooses either.
_SERVICE, _TOPIC = "leistung:", "thema:"


class PresetForm(forms.Form):
    """What towns begin with. `target` is a service or a topic; a preset that stands keeps its own."""

    use_required_attribute = False

    target = forms.ChoiceField(
        label=_("Leistung oder Thema"),
        help_text=_("Eine Vorgabe für eine Leistung geht der für ihr Thema vor."),
        error_messages={"required": _("Wählen Sie eine Leistung oder ein Thema.")},
    )
    decision = forms.ChoiceField(
        label=_("Womit beginnen die Kommunen?"),
        choices=PresetDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Wählen Sie, womit die Kommunen beginnen.")},
    )
    tenant_kinds = forms.MultipleChoiceField(
        label=_("Nur für"),
        help_text=_("Ohne Auswahl gilt die Vorgabe für alle Kommunen, die mit der Leistung zu tun haben."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    link_url = forms.CharField(
        label=_("Adresse der anderen Stelle (beim Verlinken)"),
        help_text=_("Beginnt mit https:// oder http://"),
        required=False,
        max_length=500,
    )
    link_authority = forms.CharField(
        label=_("Name der anderen Stelle (beim Verlinken)"), required=False, max_length=200
    )
    reason = forms.CharField(
        label=_("Grund (wenn die Leistung nicht angeboten wird)"),
        help_text=_("Bürgerinnen und Bürger lesen diesen Text."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    alternative = forms.CharField(
        label=_("Wohin können sich Bürgerinnen und Bürger stattdessen wenden?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    checked = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: Sequence[Any], kinds: Sequence[str], **kwargs: Any) -> None:
        """Offer targets and kinds of towns."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["target"]).choices = [("", _("bitte wählen")), *targets]
        cast("forms.MultipleChoiceField", self.fields["tenant_kinds"]).choices = [
            (kind, kind_label(kind)) for kind in kinds
        ]

    def wish(self) -> PresetWish:
        """Return what was filled in."""
        data = self.cleaned_data
        service_id, category_code = read_target(data["target"])
        return PresetWish(
            service_id=service_id,
            category_code=category_code,
            decision=data["decision"],
            tenant_kinds=frozenset(data["tenant_kinds"]),
            link_url=data["link_url"],
            link_authority=data["link_authority"],
            reason=data["reason"],
            alternative=data["alternative"],
        )

    def fingerprint(self) -> str:
        """Return what says whether the effect that was shown is that of what is filled in now."""
        names = sorted(self.cleaned_data.keys() - {"checked", "version"})
        text = json.dumps([self.cleaned_data[name] for name in names])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def add_refusal(self, refusal: InvalidInput) -> None:
        """Show the service's messages at their fields."""
        found = cast("dict[str, list[str]]", refusal.data.get("fields", {}))
        for name, texts in found.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
        if not found:
            self.add_error(None, refusal.user_message)


def target_of(wish: PresetWish) -> str:
    """Return the choice that stands for a preset's service or topic."""
    return f"{_SERVICE}{wish.service_id}" if wish.service_id else f"{_TOPIC}{wish.category_code}"


def service_target(service_id: UUID) -> str:
    """Return the choice that stands for a service."""
    return f"{_SERVICE}{service_id}"


def topic_target(code: str) -> str:
    """Return the choice that stands for a topic."""
    return f"{_TOPIC}{code}"


def read_target(target: str) -> tuple[UUID | None, str]:
    """Return the service or the topic that a choice stands for."""
    if target.startswith(_TOPIC):
        return None, target.removeprefix(_TOPIC)
    return UUID(target.removeprefix(_SERVICE)), ""


def initial_of(wish: PresetWish, *, version: int) -> dict[str, object]:
    """Return the form's content for a preset that stands."""
    return {
        "target": target_of(wish),
        "decision": wish.decision,
        "tenant_kinds": sorted(wish.tenant_kinds),
        "link_url": wish.link_url,
        "link_authority": wish.link_authority,
        "reason": wish.reason,
        "alternative": wish.alternative,
        "version": version,
    }
