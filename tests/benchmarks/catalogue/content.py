"""Content files for a catalogue of any size: the product's own services, and copies of them under other names."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import yaml

from tests.benchmarks.workers import ROOT

_DATA: Final = ROOT / "catalog" / "data"


def write_content(folder: Path, *, services: int) -> list[str]:
    """Write a folder that `verbund catalogue load` reads, and return the slugs of its services."""
    for path in _DATA.iterdir():
        if path.is_file():
            shutil.copy(path, folder / path.name)
    target = folder / "services"
    target.mkdir()
    originals = sorted((_DATA / "services").glob("*.yaml"))[:services]
    slugs = []
    for path in originals:
        shutil.copy(path, target / path.name)
        slugs.append(path.stem)
    for number in count(2):
        for path in originals:
            if len(slugs) == services:
                return slugs
            slugs.append(_copy(path, target, number))
    raise AssertionError


def _copy(path: Path, folder: Path, number: int) -> str:
    data = yaml.safe_load(path.read_text("utf-8"))
    slug = f"{path.stem[:70]}-{number}"
    data |= {"slug": slug, "id": str(uuid5(NAMESPACE_URL, slug)), "origin": {"scheme_agency_id": "bench", "id": slug}}
    data["leika"] = None
    for texts in data["values"].values():
        if "title" in texts:
            texts["title"] = f"{texts['title']} {number}"
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    (folder / f"{slug}.yaml").write_text(text, encoding="utf-8")
    return slug
