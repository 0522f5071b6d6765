"""Situations in life in their file and in the database."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.services.content import load_catalogue
from catalog.services.files import ContentError
from catalog.services.situations import get_situation, list_situations, read_situations
from tenants.actors import Actor
from tenants.context import as_umbrella
from tenants.errors import NotFound

DATA = Path(__file__).resolve().parents[2] / "data"
SLUGS = frozenset(path.stem for path in (DATA / "services").glob("*.yaml"))
Change = dict[str, Any]


def written(folder: Path, **change: object) -> Path:
    """Return a file with one situation, right but for the change."""
    texts = {"label": "Ein Hund", "teaser": "Was zu tun ist", "synonyms": ["Hund"]}
    one = {"slug": "hund", "icon": "home", "de": texts, "en": texts, "steps": ["hund-anmelden", "hund-abmelden"]}
    path = folder / "situations.yaml"
    path.write_text(yaml.safe_dump({"situations": [{**one, **change}]}, allow_unicode=True), encoding="utf-8")
    return path


def test_the_shipped_situations_are_complete() -> None:
    found = read_situations(DATA / "situations.yaml", service_slugs=SLUGS)
    assert len(found) >= 12
    for entry in found:
        assert len(entry.steps) >= 5, entry.slug
        for language in ("de", "en"):
            assert all(entry.labels[language][name] for name in ("label", "teaser", "synonyms")), entry.slug


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"steps": ["hund-anmelden", "gibt-es-nicht"]}, "hund.steps"),
        ({"steps": ["hund-anmelden", "hund-anmelden"]}, "hund.steps"),
        ({"steps": []}, "hund.steps"),
        ({"steps": [{"service": "hund-anmelden", "de": "Nur auf Deutsch"}]}, "hund.steps[1]"),
        ({"checklist": [{"en": "English only"}]}, "hund.checklist"),
        ({"en": {}}, "hund"),
        ({"slug": "Ein Hund"}, "Ein Hund"),
        ({"en": {"label": "A dog", "synonyms": [18]}}, "hund"),
        ({"colour": "blue"}, "hund.colour"),
    ],
)
def test_a_wrong_file_is_named_with_its_place(tmp_path: Path, change: Change, field: str) -> None:
    with pytest.raises(ContentError) as refused:
        read_situations(written(tmp_path, **change), service_slugs=SLUGS)
    assert refused.value.file == "situations.yaml"
    assert refused.value.field == field


def test_a_change_is_loaded_once_and_what_is_gone_goes(db: None, system: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    with as_umbrella():
        before = len(list_situations())
    written(folder, checklist=[{"de": "Leine", "en": "Lead"}])
    assert load_catalogue(folder, actor=system).situations_changed == before + 1
    assert load_catalogue(folder, actor=system).is_unchanged
    with as_umbrella():
        assert [one.slug for one in list_situations()] == ["hund"]
        assert len(get_situation("hund").steps) == 2
        with pytest.raises(NotFound):
            get_situation("umzug")


def test_an_unknown_service_leaves_everything_as_it_was(db: None, system: Actor, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    written(folder, steps=["gibt-es-nicht", "hund-anmelden"])
    with pytest.raises(ContentError):
        load_catalogue(folder, actor=system)
    with as_umbrella():
        assert get_situation("umzug").steps
