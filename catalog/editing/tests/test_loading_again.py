"""Loading content files leaves alone what editors have made of a service since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from catalog.editing.lifecycle import archive_service
from catalog.editing.locks import set_lock
from catalog.editing.places import Scope
from catalog.editing.services import remove_draft_value, save_draft_value
from catalog.editing.workflow import publish_draft
from catalog.resolution.values import Layer
from catalog.services.content import load_catalogue
from catalog.services.models import LayerValue, Service
from tenants.actors import Actor, system_actor
from tenants.context import as_migration

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "data"
SLUG = "fundsache-suchen"
BASE = Scope(Layer.FEDERATION, "")
EDITOR = system_actor("Rosa Redaktion")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the content with another German teaser, note and title of the service."""
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("tests"))
    path = tmp_path / "data" / "services" / f"{SLUG}.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data["values"]["de"] |= {"teaser": "Aus der Datei.", "title": "Fundsache wiederfinden"}
    data["category_codes"] = ["umwelt"]
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return tmp_path / "data"


def texts() -> dict[str, object]:
    """Return the German values of the base by field."""
    rows = LayerValue.objects.filter(service__slug=SLUG, layer="federation", language="de")
    return dict(rows.values_list("field", "value"))


def test_text_lock_and_removal_of_an_editor_stay_and_the_rest_follows_the_file(system: Actor, folder: Path) -> None:
    with as_migration():
        service = Service.objects.get(slug=SLUG)
        before = list(service.category_codes)
    where = {"actor": EDITOR, "service_id": service.id, "scope": BASE}
    save_draft_value(**where, field="teaser", language="de", value="Von Rosa.")  # type: ignore[arg-type]
    remove_draft_value(**where, field="notes", language="de")  # type: ignore[arg-type]
    draft = set_lock(**where, field="procedure", is_locked=True)  # type: ignore[arg-type]
    publish_draft(actor=EDITOR, draft_id=draft.id)
    for _time in range(2):
        with as_migration():
            load_catalogue(folder, actor=system)
            found = texts()
            assert found["teaser"] == "Von Rosa."
            assert "notes" not in found
            assert found["title"] == "Fundsache wiederfinden", "a text that no editor has touched follows the file"
            assert LayerValue.objects.get(service=service, field="procedure", language="de").is_locked
            assert Service.objects.get(id=service.id).category_codes == before


def test_an_archived_service_stays_in_the_archive(system: Actor, folder: Path) -> None:
    with as_migration():
        service_id = Service.objects.get(slug=SLUG).id
    archive_service(actor=EDITOR, service_id=service_id, reason="Gibt es nicht mehr.")
    with as_migration():
        load_catalogue(folder, actor=system)
        assert Service.objects.get(id=service_id).state == "archived"
