"""The demo's data files, read as they lie in `federation/demo/data` (key trees: see the README there)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tenants.yamlfiles import read_yaml

DATA_DIR: Final = Path(__file__).resolve().parent / "data"

Record = dict[str, Any]


@lru_cache(maxsize=64)
def read(name: str) -> Record:
    """Return one file as a mapping."""
    found = read_yaml(DATA_DIR / name)
    if not isinstance(found, dict):
        message = f"{name}: a mapping is expected"
        raise TypeError(message)
    return found


def list_tenants() -> list[Record]:
    """Return the demo's tenants, districts first: towns then find theirs."""
    tenants: list[Record] = read("tenants.yaml")["tenants"]
    return sorted(tenants, key=lambda tenant: tenant["kind"] != "district")


def password(*, role: str, slug: str) -> str:
    """Return the password of a demo account; `slug` is the tenant's or the operator's."""
    pattern: str = read("accounts.yaml")["password_pattern"]
    return pattern.format(role=role, slug=slug)
