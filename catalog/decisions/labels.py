"""Call topics by the tenant's own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.decisions.models import CategoryLabel
from catalog.decisions.policies import can_name_topics
from catalog.decisions.topics import list_category_labels
from catalog.resolution.values import LANGUAGES
from catalog.services import selectors as shared
from tenants.actors import Actor
from tenants.audit.services import record
from tenants.errors import InvalidInput, NotFound
from tenants.registry.generations import touch_tenant
from tenants.staff.policies import require

MAX_LABEL: Final = 120
Place = tuple[str, str]


def set_category_labels(*, actor: Actor, labels: Mapping[Place, str]) -> None:
    """Call topics by the tenant's own names: (code, language) → label. All are stored or none.

    An empty label brings the shared one back; topics and languages that are not named stay as they are.

    Raises: NotAllowed; NotFound for an unknown topic; InvalidInput with the messages of every label under
    `data["fields"]`, as `field_name` calls them.
    """
    require(can_name_topics, actor)
    wanted = {place: " ".join(label.split()) for place, label in labels.items()}
    if {code for code, _language in wanted} - {one.code for one in shared.list_categories()}:
        raise NotFound(_("Dieses Thema gibt es nicht."))
    wrong = {field_name(place): [message] for place, label in wanted.items() if (message := _problem(place, label))}
    if wrong:
        raise InvalidInput(_("Prüfen Sie die markierten Angaben."), data={"fields": wrong})
    with transaction.atomic():
        # Who saves at the same moment waits here, so that what is noted as "before" is what was there.
        list(CategoryLabel.objects.select_for_update().order_by("id").values_list("id"))
        stored = list_category_labels()
        changed = {place: label for place, label in wanted.items() if stored.get(place, "") != label}
        for place, label in changed.items():
            _store(place, label)
            data = {"language": place[1], "before": stored.get(place, ""), "after": label}
            record(actor=actor, action="catalog.category_label.set", subject=f"category:{place[0]}", data=data)
        if changed:
            touch_tenant()


def field_name(place: Place) -> str:
    """Return what a form calls the label of a topic in a language."""
    return f"{place[0]}:{place[1]}"


def _problem(place: Place, label: str) -> str:
    if place[1] not in LANGUAGES:
        return _("Diese Sprache gibt es hier nicht.")
    if len(label) > MAX_LABEL:
        return _("Kürzen Sie die Bezeichnung auf höchstens {limit} Zeichen.").format(limit=MAX_LABEL)
    return ""


def _store(place: Place, label: str) -> None:
    code, language = place
    if label:
        CategoryLabel.objects.update_or_create(code=code, language=language, defaults={"label": label})
    else:
        CategoryLabel.objects.filter(code=code, language=language).delete()
