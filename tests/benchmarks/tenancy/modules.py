"""Python modules that only the benchmark has, written into a folder on both sides' path of modules.

- One more migration of a tenant app than the product has: a column that may be empty. A package passes on the app's own
  migrations and adds to them (`MIGRATION_MODULES`).
- A tenant app with more tables and a history of migrations, so that it can be seen what a product with more tables than
  today's costs on both sides.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from shared_services.portal import migrations
from tests.benchmarks.tenancy import templates
from tests.benchmarks.workers import ROOT

EXTRA_MIGRATIONS: Final = "bench_portal_migrations"
MORE_TABLES: Final = "bench_more_tables"


class Modules:
    """The folder with these modules. `tables` is the number of tables of the additional app; 0: there is none.

    `years` gives each of them the migrations of years (thirteen or fourteen) in place of three.
    """

    def __init__(self, folder: Path, *, tables: int, years: bool = False) -> None:
        """Write the additional app, and a package of migrations that begins with the portal's own."""
        self._folder = folder
        self._added = 0
        own = sorted(path.stem for path in Path(migrations.__file__).parent.glob("[0-9]*.py"))
        for name in own:
            passed_on = templates.PASS_ON.format(module=f"{migrations.__name__}.{name}")
            self._write(f"{EXTRA_MIGRATIONS}/{name}.py", passed_on)
        self._write(f"{EXTRA_MIGRATIONS}/__init__.py", "")
        self._last = own[-1]
        path = os.pathsep.join((str(folder), str(ROOT)))
        self.environment_without_migrations = {"PYTHONPATH": path}
        if tables:
            self._write_app(tables, templates.long_history if years else templates.young_history)
            self.environment_without_migrations["BENCH_MORE_TABLES"] = MORE_TABLES

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to see all of it."""
        return {**self.environment_without_migrations, "BENCH_MIGRATIONS": EXTRA_MIGRATIONS}

    def add_migration(self) -> None:
        """Add one migration of the portal after the last."""
        self._added += 1
        name = f"9{self._added:03d}_bench"
        text = templates.ADD_COLUMN.format(before=self._last, number=self._added)
        self._write(f"{EXTRA_MIGRATIONS}/{name}.py", text)
        self._last = name

    def _write_app(self, tables: int, history: Callable[[int], list[tuple[str, str]]]) -> None:
        self._write(f"{MORE_TABLES}/__init__.py", "")
        self._write(f"{MORE_TABLES}/apps.py", templates.APP.format(name=MORE_TABLES))
        models = [templates.model(number) for number in range(1, tables + 1)]
        self._write(f"{MORE_TABLES}/models.py", templates.MODELS + "".join(models))
        self._write(f"{MORE_TABLES}/migrations/__init__.py", "")
        before = ""
        steps = (step for number in range(1, tables + 1) for step in history(number))
        for number, (what, operation) in enumerate(steps, start=1):
            name = f"{number:04d}_{what}"
            self._write(f"{MORE_TABLES}/migrations/{name}.py", templates.migration(operation, before=before))
            before = name

    def _write(self, name: str, text: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
