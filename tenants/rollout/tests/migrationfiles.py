"""Releases that never were: the tenant apps' real migrations, and more after them, in packages of the test's own."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent, indent
from uuid import uuid4

from django.test import override_settings

_HEAD = """\
from django.db import migrations, models
from django.contrib.postgres.operations import (
    AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint,
)
from tenants.ids import uuid7
from tenants.rollout.operations import RunInBatches
"""
_REAL = "shared_services.portal.migrations"


def write_release(folder: Path, more: Mapping[str, str], *, app: str = "portal", real: str = _REAL) -> dict[str, str]:
    """Write a package with an app's real migrations and `more` (name → body of the module) after them.

    A body names its operations as `operations = [...]`; attributes of the migration stand before, functions too.
    Returns the value of MIGRATION_MODULES; `folder` must be on the path of whoever uses it.
    """
    package = f"release_{uuid4().hex}"
    place = folder / package
    place.mkdir(parents=True)
    (place / "__init__.py").write_text("", encoding="utf-8")
    names = real_names(real)
    for name in names:
        body = f'import importlib\nMigration = importlib.import_module("{real}.{name}").Migration\n'
        (place / f"{name}.py").write_text(body, encoding="utf-8")
    before = names[-1]
    for name, body in more.items():
        functions, _, attributes = dedent(body).rpartition("---\n")
        (place / f"{name}.py").write_text(
            f"{_HEAD}\n{functions}\n\nclass Migration(migrations.Migration):\n"
            f'    dependencies = [("{app}", "{before}")]\n{indent(attributes, "    ")}',
            encoding="utf-8",
        )
        before = name
    return {app: package}


def real_names(real: str = _REAL) -> list[str]:
    """Return the names of an app's own migrations in their order, the portal's by default."""
    package = importlib.import_module(real)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


@contextmanager
def installed(folder: Path, modules: Mapping[str, str]) -> Iterator[None]:
    """Run the block as if that release were installed."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with override_settings(MIGRATION_MODULES=dict(modules)):
            yield
    finally:
        sys.path.remove(str(folder))
