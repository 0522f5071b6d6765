"""Content files: everything or nothing, and twice is once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from catalog.editing.lifecycle import archive_service
from catalog.resolution.decide import ONLINE, AuthorityRow, find_authority
from catalog.services.content import load_catalogue
from catalog.services.files import ContentError, read_categories, read_services
from catalog.services.selectors import get_service
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
        ({"approved_at": "gestern"}, "approved_at"),
        ({"target_groups": ["citizens", "cats"]}, "target_groups"),
        ({"responsibilities": [{"area": "05", "own": True}, {"area": "5", "own": True}]}, "responsibilities[2].area"),
        ({"responsibilities": [{"area": "05", "unit": "Amt"}]}, "responsibilities[1]"),
        ({"responsibilities": [{"area": "05", "own": True, "nobody": True}]}, "responsibilities[1]"),
        ({"responsibilities": [{"area": "05", "role": "online"}]}, "responsibilities[1]"),
        ({"responsibilities": [{"area": "05", "role": "chef", "own": True}]}, "responsibilities[1]"),
        ({"responsibilities": [{"area": "05", "own": True, "fax": "1"}]}, "responsibilities[1].fax"),
        ({"responsibilities": [{"own": True, "online": {"url": "https://a.example/"}}]}, "responsibilities[1]"),
        ({"responsibilities": [{"role": "online", "online": {"url": "javascript:1"}}]}, "responsibilities[1]"),
        (
            {"responsibilities": [{"own": True}, {"role": "online", "nobody": True}, {"own": True}]},
            "responsibilities[3]",
        ),
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


def test_a_name_of_the_work_areas_pages_is_no_services(folder: Path) -> None:
    source = folder / "services" / "hund-anmelden.yaml"
    text = source.read_text(encoding="utf-8").replace("slug: hund-anmelden", "slug: regeln")
    (folder / "services" / "regeln.yaml").write_text(text, encoding="utf-8")
    codes = frozenset(one.code for one in read_categories(folder / "categories.yaml"))
    with pytest.raises(ContentError) as refused:
        read_services(folder / "services", category_codes=codes)
    assert (refused.value.file, refused.value.field) == ("regeln.yaml", "slug")


def test_an_approval_of_a_file_counts_until_a_later_one(db: None, system: Actor, folder: Path) -> None:
    def approved() -> object:
        with as_umbrella():
            return get_service("fundsache-suchen").approved_at

    for day, report, shown in (
        (dt.date(2027, 1, 5), ["fundsache-suchen"], dt.date(2027, 1, 5)),
        (dt.date(2027, 1, 3), [], dt.date(2027, 1, 5)),
        (None, [], dt.date(2027, 1, 5)),
        (dt.date(2027, 1, 7), ["fundsache-suchen"], dt.date(2027, 1, 7)),
    ):
        change(folder, "fundsache-suchen", approved_at=day)
        assert load_catalogue(folder, actor=system).changed == report
        assert approved() == shown


def test_an_online_service_is_responsible_in_its_area(db: None, system: Actor, folder: Path) -> None:
    online = {"url": "https://land.example/", "label": "Beantragen", "trust_level": "basis", "payment": "later"}
    rows = [{"area": "", "own": True, "unit": "Entsorgungsbetrieb"}, {"area": "05", "role": "online", "online": online}]
    change(folder, "abfallkalender", responsibilities=rows)
    load_catalogue(DATA, actor=system)
    assert load_catalogue(folder, actor=system).changed == ["abfallkalender"]
    assert load_catalogue(folder, actor=system).is_unchanged
    with as_umbrella():
        found = get_service("abfallkalender").authorities
    assert find_authority(found, ars="05562", role=ONLINE) == AuthorityRow("05", ONLINE, online_service=online)
    assert find_authority(found, ars="03452", role=ONLINE) is None


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
    archive_service(actor=system, service_id=service.id)
    with as_umbrella(), pytest.raises(NotFound):
        get_service("hund-anmelden")
