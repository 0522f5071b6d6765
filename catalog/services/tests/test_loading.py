"""Content files: everything or nothing, and twice is once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from catalog.services.content import load_catalogue
from catalog.services.files import ContentError, read_categories, read_services
from catalog.services.models import State
from catalog.services.selectors import get_service
from catalog.services.services import set_service_state
from tenants.actors import Actor
from tenants.context import as_umbrella
from tenants.errors import NotAllowed, NotFound

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the content that a test may break."""
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def change(folder: Path, file: str, **facts: object) -> None:
    """Overwrite top-level keys of a service's file."""
    path = folder / "services" / f"{file}.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**data, **facts}, allow_unicode=True), encoding="utf-8")


def test_the_shipped_content_is_right() -> None:
    codes = frozenset(one.code for one in read_categories(DATA / "categories.yaml"))
    assert len(codes) == 14
    assert len(read_services(DATA / "services", category_codes=codes)) >= 12


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"layer": "planet"}, "layer"),
        ({"area": "5"}, "area"),
        ({"id": "no"}, "id"),
        ({"category_codes": ["hunde"]}, "category_codes"),
        ({"leika": {"key": "99102"}}, "leika"),
        ({"colour": "blue"}, "colour"),
        ({"locked": ["colour"]}, "locked"),
        ({"values": {"de": {"title": "A", "fee": {"kind": "free"}}}}, "values.de.fee"),
        ({"values": {"de": {"teaser": "A"}}}, "values.de.title"),
        ({"slug": "katze-anmelden"}, "slug"),
        ({"state": "online"}, "state"),
        ({"published_at": "gestern"}, "published_at"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(folder: Path, facts: dict[str, object], field: str) -> None:
    change(folder, "hund-anmelden", **facts)
    codes = frozenset(one.code for one in read_categories(folder / "categories.yaml"))
    with pytest.raises(ContentError) as refused:
        read_services(folder / "services", category_codes=codes)
    assert refused.value.file == "hund-anmelden.yaml"
    assert refused.value.field == field


def test_loading_again_changes_nothing(db: None, system: Actor) -> None:
    load_catalogue(DATA, actor=system)
    again = load_catalogue(DATA, actor=system)
    assert again.is_unchanged
    assert len(again.unchanged) >= 12


def test_a_changed_value_gets_a_new_version(db: None, system: Actor, folder: Path) -> None:
    load_catalogue(DATA, actor=system)
    path = folder / "services" / "hund-anmelden.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: Hund anmelden", "title: Hund neu anmelden"), "utf-8"
    )
    report = load_catalogue(folder, actor=system)
    assert report.changed == ["hund-anmelden"]
    with as_umbrella():
        title = next(row for row in get_service("hund-anmelden").rows if (row.field, row.language) == ("title", "de"))
    assert title.value == "Hund neu anmelden"
    assert title.provenance.version == 2


def test_a_wrong_file_leaves_everything_as_it_was(db: None, system: Actor, folder: Path) -> None:
    load_catalogue(DATA, actor=system)
    change(folder, "abfallkalender", version=99)
    change(folder, "hund-anmelden", layer="planet")
    with pytest.raises(ContentError):
        load_catalogue(folder, actor=system)
    with as_umbrella():
        assert get_service("abfallkalender").version != 99


def test_only_commands_load_the_catalogue(db: None, editor: Actor) -> None:
    with pytest.raises(NotAllowed):
        load_catalogue(DATA, actor=editor)


def test_a_withdrawn_service_is_gone_at_once(db: None, system: Actor) -> None:
    with as_umbrella():
        service = get_service("hund-anmelden")
    set_service_state(actor=system, service_id=service.id, state=State.ARCHIVED)
    with as_umbrella(), pytest.raises(NotFound):
        get_service("hund-anmelden")
