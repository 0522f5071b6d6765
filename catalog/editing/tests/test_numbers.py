"""A value that was taken back and is said again goes on counting: no number comes twice (ADR 0012)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import yaml

from catalog.editing.drafts import DraftInfo
from catalog.editing.services import remove_draft_value, save_draft_value
from catalog.editing.tests.conftest import REGION
from catalog.editing.tests.test_loading_again import SLUG, folder
from catalog.editing.workflow import publish_draft
from catalog.services.content import load_catalogue
from catalog.services.models import LayerValue
from tenants.actors import Actor
from tenants.context import as_editor, as_migration
from tenants.errors import Conflict

pytestmark = pytest.mark.django_db
__all__ = ["folder"]


def write(actor: Actor, dog: UUID, value: str) -> DraftInfo:
    return save_draft_value(actor=actor, service_id=dog, scope=REGION, field="notes", language="de", value=value)


def number(dog: UUID) -> int:
    with as_editor():
        return LayerValue.objects.get(service_id=dog, layer="region", field="notes", language="de").version


def take_back(actor: Actor, dog: UUID) -> None:
    draft = remove_draft_value(actor=actor, service_id=dog, scope=REGION, field="notes", language="de")
    publish_draft(actor=actor, draft_id=draft.id)


def test_an_editors_value_goes_on_counting(frida: Actor, dog: UUID) -> None:
    for text in ("Eins", "Zwei"):
        publish_draft(actor=frida, draft_id=write(frida, dog, text).id)
    second = number(dog)
    take_back(frida, dog)
    publish_draft(actor=frida, draft_id=write(frida, dog, "Drei").id)
    assert number(dog) == second + 1
    take_back(frida, dog)
    publish_draft(actor=frida, draft_id=write(frida, dog, "Eins").id)
    assert number(dog) == second + 2


def test_a_form_from_before_does_not_fit(rosa: Actor, frida: Actor, dog: UUID) -> None:
    publish_draft(actor=frida, draft_id=write(frida, dog, "Eins").id)
    seen = number(dog)
    take_back(frida, dog)
    publish_draft(actor=frida, draft_id=write(frida, dog, "Anders").id)
    with pytest.raises(Conflict) as refused:
        save_draft_value(
            actor=rosa,
            service_id=dog,
            scope=REGION,
            field="notes",
            language="de",
            value="Von vorher",
            expected_base=seen,
        )
    assert refused.value.code == "stale_value"


def test_a_files_value_goes_on_counting(system: Actor, folder: Path) -> None:
    path = folder / "services" / f"{SLUG}.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    text = data["values"]["de"].pop("notes")
    versions: list[int] = []
    for notes in (None, text, None, text):
        data["values"]["de"] |= {"notes": notes} if notes else {}
        if not notes:
            data["values"]["de"].pop("notes", None)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        with as_migration():
            load_catalogue(folder, actor=system)
            rows = LayerValue.objects.filter(service__slug=SLUG, layer="federation", field="notes", language="de")
            versions += rows.values_list("version", flat=True)
    assert versions == [2, 3]
