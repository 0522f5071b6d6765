"""Forms of the editing: they turn what people type into facts; whether these may be stored the services decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.editing.heads import HEAD_LABELS, MATURITIES, TYPINGS
from catalog.editing.places import Scope, scope_from_key
from catalog.resolution.decide import ONLINE
from catalog.resolution.values import Json
from catalog.services.fields import PAYMENT_LABELS, TARGET_GROUPS, TRUST_LABELS
from catalog.services.models import LAYER_CHOICES
from tenants.sorting import slug_of

EMPTY_ROWS: Final = 2
_NAMES: Final = ("area_prefix", "authority", "unit", "url", "who")
_ONLINE_NAMES: Final = ("label", "label_en", "trust_level", "payment", "payment_note", "payment_note_en")


def _day_input() -> forms.DateInput:
    """Return the browser's own input for a day; it takes and sends ISO dates."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class NewServiceForm(forms.Form):
    """What a new service needs to begin with."""

    title = forms.CharField(
        label=gettext_lazy("Titel"),
        help_text=gettext_lazy("So, wie Bürgerinnen und Bürger es nennen, zum Beispiel „Hund anmelden“."),
        max_length=150,
    )
    slug = forms.CharField(
        label=HEAD_LABELS["slug"],
        help_text=gettext_lazy("Leer: wird aus dem Titel gebildet."),
        required=False,
        max_length=80,
    )
    scope = forms.ChoiceField(label=gettext_lazy("In welchem Katalog?"))
    layer = forms.ChoiceField(label=HEAD_LABELS["layer"], choices=[*reversed(LAYER_CHOICES)], initial="municipality")
    category_codes = forms.MultipleChoiceField(label=HEAD_LABELS["category_codes"], widget=forms.CheckboxSelectMultiple)
    target_groups = forms.MultipleChoiceField(
        label=HEAD_LABELS["target_groups"], choices=list(TARGET_GROUPS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, scopes: Sequence[Scope], topics: Sequence[tuple[str, str]], **options: Any) -> None:
        """Offer the editor's layers and the shared topics."""
        super().__init__(*args, **options)
        choices: dict[str, Any] = {"scope": [(one.key, one.name) for one in scopes], "category_codes": list(topics)}
        for name, found in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = found

    @property
    def slug_used(self) -> str:
        """The slug that the service gets."""
        return str(self.cleaned_data["slug"]) or slug_of(self.cleaned_data["title"])[:80]

    def parts(self) -> dict[str, Any]:
        """Return title and facts for `create_service`."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("layer", "category_codes", "target_groups")}
        facts |= {"slug": self.slug_used, "area": scope_from_key(data["scope"]).area}
        return {"title": data["title"], "facts": facts}


class HeadForm(forms.Form):
    """What is the same for a service everywhere, but for who is responsible where."""

    slug = forms.CharField(
        label=HEAD_LABELS["slug"],
        help_text=gettext_lazy("Ändert sich der Name, führen alte Links weiter zur Leistung."),
        max_length=80,
    )
    layer = forms.ChoiceField(label=HEAD_LABELS["layer"], choices=LAYER_CHOICES)
    area = forms.CharField(
        label=HEAD_LABELS["area"],
        help_text=gettext_lazy("Leer: überall. Sonst der Anfang des Regionalschlüssels oder der Name einer Region."),
        required=False,
        max_length=40,
    )
    category_codes = forms.MultipleChoiceField(label=HEAD_LABELS["category_codes"], widget=forms.CheckboxSelectMultiple)
    target_groups = forms.MultipleChoiceField(
        label=HEAD_LABELS["target_groups"], choices=list(TARGET_GROUPS.items()), widget=forms.CheckboxSelectMultiple
    )
    leika_key = forms.CharField(
        label=HEAD_LABELS["leika"],
        help_text=gettext_lazy("14 Ziffern. Nur, wenn Sie ihn geprüft haben; viele kommunale Leistungen haben keinen."),
        required=False,
        max_length=20,
    )
    leika_verified_at = forms.DateField(
        label=gettext_lazy("Schlüssel geprüft am"),
        required=False,
        widget=_day_input(),
    )
    leika_source = forms.CharField(label=gettext_lazy("Schlüssel geprüft wo?"), required=False, max_length=200)
    typing = forms.ChoiceField(
        label=HEAD_LABELS["typing"],
        choices=[("", gettext_lazy("keine Angabe")), *((one, one) for one in TYPINGS)],
        required=False,
    )
    ozg_maturity = forms.ChoiceField(
        label=HEAD_LABELS["ozg_maturity"],
        choices=[("", gettext_lazy("keine Angabe")), *MATURITIES.items()],
        required=False,
    )
    prominence = forms.IntegerField(
        label=HEAD_LABELS["prominence"],
        help_text=gettext_lazy("0 bis 10. Was viele suchen, steht weiter oben."),
        min_value=0,
        max_value=10,
    )
    valid_from = forms.DateField(
        label=HEAD_LABELS["valid_from"],
        required=False,
        widget=_day_input(),
    )
    valid_to = forms.DateField(label=HEAD_LABELS["valid_to"], required=False, widget=_day_input())
    row_count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=60)

    def __init__(
        self, *args: Any, topics: Sequence[tuple[str, str]], row_count: int = EMPTY_ROWS, **options: Any
    ) -> None:
        """Offer the shared topics and rows for who is responsible."""
        super().__init__(*args, **options)
        topic_field = self.fields["category_codes"]
        if isinstance(topic_field, forms.ChoiceField):
            topic_field.choices = list(topics)
        self.shown_rows = min(row_count, 60)
        for number in range(self.shown_rows):
            self.fields[f"row_{number}_area_prefix"] = forms.CharField(
                label=_("Gebiet (Anfang des Regionalschlüssels)"), required=False, max_length=12
            )
            self.fields[f"row_{number}_who"] = forms.ChoiceField(
                label=_("Wer ist zuständig?"),
                choices=[
                    ("", _("diese Zeile nicht verwenden")),
                    ("own", _("die Kommune selbst")),
                    ("authority", _("eine andere Behörde")),
                    ("nobody", _("niemand")),
                    ("online", _("ein Onlinedienst: so stellt man den Antrag hier")),
                    ("no_online", _("niemand: hier gibt es den Onlinedienst nicht")),
                ],
                required=False,
            )
            self.fields[f"row_{number}_authority"] = forms.CharField(label=_("Behörde"), required=False, max_length=200)
            self.fields[f"row_{number}_unit"] = forms.CharField(
                label=_("Stelle in der Kommune"), required=False, max_length=200
            )
            self.fields[f"row_{number}_url"] = forms.CharField(label=_("Adresse im Netz"), required=False)
            self._add_online(f"row_{number}")

    def _add_online(self, row: str) -> None:
        """Add what belongs to an online service; its address is the row's."""
        for name, label in (("label", _("Beschriftung")), ("label_en", _("Beschriftung auf Englisch"))):
            self.fields[f"{row}_{name}"] = forms.CharField(label=label, required=False, max_length=200)
        self.fields[f"{row}_trust_level"] = forms.ChoiceField(
            label=_("Vertrauensniveau"), choices=list(TRUST_LABELS.items()), required=False
        )
        self.fields[f"{row}_payment"] = forms.ChoiceField(
            label=_("Bezahlung"), choices=list(PAYMENT_LABELS.items()), required=False
        )
        for name, label in (
            ("payment_note", _("Hinweis zur Bezahlung")),
            ("payment_note_en", _("Hinweis zur Bezahlung auf Englisch")),
        ):
            self.fields[f"{row}_{name}"] = forms.CharField(label=label, required=False, max_length=200)

    def rows(self) -> list[tuple[list[forms.BoundField], list[forms.BoundField]]]:
        """Return the inputs of each row for the template: those of every row, and those of an online service."""
        return [
            (
                [self[f"row_{number}_{name}"] for name in _NAMES],
                [self[f"row_{number}_{name}"] for name in _ONLINE_NAMES],
            )
            for number in range(self.shown_rows)
        ]

    def facts(self) -> dict[str, object]:
        """Return the facts in the shape of `heads.clean_head`."""
        data = self.cleaned_data
        names = (
            "slug",
            "layer",
            "area",
            "category_codes",
            "target_groups",
            "typing",
            "ozg_maturity",
            "prominence",
            "valid_from",
            "valid_to",
        )
        facts: dict[str, object] = {name: data[name] for name in names}
        facts["leika"] = {
            "key": data["leika_key"],
            "verified_at": data["leika_verified_at"],
            "source": data["leika_source"],
        }
        facts["responsibilities"] = [row for row in map(self._row, range(self.shown_rows)) if row is not None]
        return facts

    def _row(self, number: int) -> dict[str, object] | None:
        data = {name: self.cleaned_data[f"row_{number}_{name}"] for name in _NAMES}
        who = data.pop("who")
        if not who:
            return None
        if who in {"online", "no_online"}:
            return {
                "area_prefix": data["area_prefix"],
                "role": ONLINE,
                "is_nobody": who == "no_online",
                "online_service": self._online(number) if who == "online" else None,
            }
        return {**data, "is_own": who == "own", "is_nobody": who == "nobody"}

    def _online(self, number: int) -> dict[str, object]:
        parts = {name: self.cleaned_data[f"row_{number}_{name}"] for name in _ONLINE_NAMES}
        return {"url": self.cleaned_data[f"row_{number}_url"], **parts}


def head_initial(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what facts look like in the inputs."""
    leika = facts["leika"] or {}
    initial = {name: value for name, value in facts.items() if name not in {"leika", "responsibilities"}}
    initial |= {f"leika_{name}": leika.get(name, "") for name in ("key", "verified_at", "source")}
    rows: list[dict[str, Json]] = facts["responsibilities"] or []
    for number, row in enumerate(rows):
        initial |= {f"row_{number}_{name}": row.get(name, "") for name in _NAMES if name != "who"}
        initial[f"row_{number}_who"] = _who(row)
        online = row.get("online_service")
        if isinstance(online, dict):
            initial |= {f"row_{number}_{name}": online.get(name, "") for name in ("url", *_ONLINE_NAMES)}
    initial["row_count"] = len(rows) + EMPTY_ROWS
    return initial


def _who(row: Mapping[str, Json]) -> str:
    if row["role"] == ONLINE:
        return "no_online" if row["is_nobody"] else "online"
    return "own" if row["is_own"] else "nobody" if row["is_nobody"] else "authority"


class ApprovalForm(forms.Form):
    """On which day a service was found right in substance."""

    approved_at = forms.DateField(label=gettext_lazy("Geprüft am"), widget=_day_input())


class PublishForm(forms.Form):
    """Publish now or later, with a word on what changed."""

    note = forms.CharField(
        label=gettext_lazy("Was ist neu?"),
        help_text=gettext_lazy("Kommunen mit eigenen Texten lesen diesen Satz bei ihrer Prüfung."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    publish_on = forms.DateField(
        label=gettext_lazy("Erst später veröffentlichen: Tag"),
        required=False,
        widget=_day_input(),
    )
    publish_time = forms.TimeField(
        label=gettext_lazy("Uhrzeit"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def publish_at(self) -> dt.datetime | None:
        """Return the moment that was chosen, in the portal's time zone; midnight when only a day was."""
        day = self.cleaned_data["publish_on"]
        if day is None:
            return None
        return timezone.make_aware(dt.datetime.combine(day, self.cleaned_data["publish_time"] or dt.time()))
