"""What the cases share: two deployments of ours, the rival's database, and how many towns each has."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tenants.databaseurl import DatabaseUrl
from tests.benchmarks.rival.filling import copy_template
from tests.benchmarks.tenancy.catalogue import Weight, tidy, weigh
from tests.benchmarks.tenancy.deployments import Deployment, admin_url, deployment, rival_database, run_command
from tests.benchmarks.tenancy.modules import Modules
from tests.benchmarks.workers import Worker

_OURS: Final = "tests.benchmarks.tenancy.operations"
_RIVAL: Final = "tests.benchmarks.rival.operations"


@dataclass
class Field:
    """`few` stays at the smallest number of towns, `many` and the rival grow with each stage.

    `tables` says which models both sides have: the product's, or the product's and more.
    """

    tables: str
    few: Deployment
    many: Deployment
    rival: DatabaseUrl
    modules: Modules
    towns: int = 0
    towns_of_few: int = 0
    few_at_first: int = 0
    weights: dict[str, Weight] = field(default_factory=dict)
    too_slow: set[str] = field(default_factory=set)

    @contextmanager
    def ours(self, where: Deployment) -> Iterator[Worker]:
        """Open a process of ours. The few don't see the extra migrations: nothing is rolled out there."""
        extra = self.modules.environment if where is self.many else self.modules.environment_without_migrations
        with Worker(_OURS, {**where.environment, **extra}) as worker:
            yield worker

    @contextmanager
    def rivals(self, *, clone: bool = False) -> Iterator[Worker]:
        """Open a process of the rival, which makes tenants by migrations or by its clone."""
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.rival.settings",
            "BENCH_RIVAL_URL": str(self.rival),
            "BENCH_CLONE": "1" if clone else "0",
        }
        with Worker(_RIVAL, {**environment, **self.modules.environment}) as worker:
            yield worker

    def next_number(self) -> int:
        """Return a town that nobody has yet, for both sides to make."""
        self.towns += 1
        return self.towns - 1

    def fill_ours(self, towns: int) -> None:
        """Bring `many` to this number of towns, for what is not compared with the rival."""
        self._onboard(towns)
        tidy(str(admin_url(self.many.name)))

    def fill(self, towns: int) -> None:
        """Bring `many` and the rival to this number of towns, and weigh what each town adds to the catalogue."""
        numbers = list(range(self.towns, towns))
        ours, rivals = str(admin_url(self.many.name)), str(self.rival)
        # One after the other: some tables of the catalogue belong to the whole server.
        before = weigh(ours)
        self._onboard(towns)
        filled = weigh(ours)
        before_rival = weigh(rivals)
        copy_template(self.rival, numbers)
        filled_rival = weigh(rivals)
        with self.rivals() as worker:
            worker.ask("register", numbers=list(range(towns)))
        # Towns come over years in truth: by then autovacuum has seen them, and neither side's plans are of yesterday.
        for url in (ours, rivals):
            tidy(url)
        if numbers:
            self.weights = {
                "ours": filled.since(before, towns=len(numbers)),
                "rival": filled_rival.since(before_rival, towns=len(numbers)),
            }

    def _onboard(self, towns: int) -> None:
        with self.ours(self.many) as worker:
            worker.ask("fill", numbers=list(range(self.towns, towns)))
        self.towns = max(self.towns, towns)


@contextmanager
def open_field(*, more_tables: int, few: int, years: bool = False) -> Iterator[Field]:
    """Make everything empty but for the few towns of the small deployment, and remove it afterwards.

    `years` gives the added tables a history of migrations as long as that of a product that is years old.
    """
    with (
        tempfile.TemporaryDirectory(prefix="verbund-bench-") as folder,
        deployments(Modules(Path(folder), tables=more_tables, years=years)) as made,
    ):
        with made.rivals() as worker:
            worker.ask("prepare")
        with made.ours(made.few) as worker:
            worker.ask("fill", numbers=list(range(few)))
        made.towns_of_few = made.few_at_first = few
        if years:
            made.tables = f"{made.tables} and the migrations of years"
        yield made


@contextmanager
def deployments(modules: Modules) -> Iterator[Field]:
    """Make two deployments and the rival's database, all with the same models."""
    environment = modules.environment
    with (
        deployment("few", redis_number=13, environment=environment) as few,
        deployment("many", redis_number=14, environment=environment) as many,
        rival_database() as rival,
    ):
        told = run_command(many, ["migrate"], **environment)
        yield Field(told.split(" per tenant")[0].strip(), few, many, rival, modules)
