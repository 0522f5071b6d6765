"""The first text of every legal page, by the state a municipality lies in. Files: data/legal (see the README there)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tenants.yamlfiles import read_yaml

_FOLDER: Final = Path(__file__).resolve().parent / "data" / "legal"
# The files speak English throughout; stored kinds are those of the addresses.
KIND_IN_FILES: Final[Mapping[str, str]] = {
    "imprint": "imprint",
    "privacy": "privacy",
    "accessibility": "accessibility",
    "leichte_sprache": "easy_language",
    "gebaerdensprache": "sign_language",
}

Template = dict[str, Any]


@lru_cache(maxsize=32)
def template_of(state_code: str) -> Template:
    """Return the template of a state: the default with the state's own file laid over it, key by key."""
    template = _read("default")
    known = {path.stem for path in _FOLDER.glob("*.yaml")}
    return _laid_over(template, _read(state_code)) if state_code in known else template


def placeholders_of(template: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what the state fills in; the sentences on conformance depend on the facts and stay out."""
    return {
        name: text for name, text in template["placeholders"][language].items() if not name.startswith("conformance_")
    }


def conformance_sentence(state_code: str, *, conformance: str, language: str) -> str:
    """Return the sentence of the statement for a degree of conformance."""
    sentences: Mapping[str, str] = template_of(state_code)["placeholders"][language]
    return sentences.get(f"conformance_{conformance}", "")


def _read(name: str) -> Template:
    found: Template = read_yaml(_FOLDER / f"{name}.yaml")
    return found


def _laid_over(base: Template, above: Template) -> Template:
    merged = dict(base)
    for key, value in above.items():
        mine = merged.get(key)
        merged[key] = _laid_over(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return merged
