"""What the rival is asked to do, in a process of its own with its own settings (see `workers`)."""

from __future__ import annotations

import time
from typing import Final

from django.core.management import call_command

from tests.benchmarks.rival.models import Town, TownDomain
from tests.benchmarks.tenancy.names import TEMPLATE, host_of, schema_of
from tests.benchmarks.workers import Operation


def prepare() -> None:
    """Make the public schema and the template that its clone copies, both by its migrations."""
    call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
    Town(schema_name=TEMPLATE, name="Template").save(verbosity=0)


def create(number: int) -> float:
    """Make a tenant with its host as its documentation says, and return the seconds."""
    start = time.perf_counter()
    town = Town(schema_name=schema_of(number), name=f"Messstadt {number}")
    town.save(verbosity=0)
    TownDomain.objects.create(domain=host_of(number), tenant=town, is_primary=True)
    return time.perf_counter() - start


def register(numbers: list[int]) -> None:
    """Enter tenants whose schemas are there already."""
    known = set(Town.objects.values_list("schema_name", flat=True))
    towns = {
        number: Town(schema_name=schema_of(number), name=f"Messstadt {number}")
        for number in numbers
        if schema_of(number) not in known
    }
    Town.objects.bulk_create(towns.values())
    TownDomain.objects.bulk_create(TownDomain(domain=host_of(number), tenant=town) for number, town in towns.items())


def keep_registered(count: int) -> int:
    """Take all but some tenants out of the registry, so that commands meet a sample; their schemas stay.

    Returns how many tenants are left.
    """
    kept = list(Town.objects.exclude(schema_name=TEMPLATE).order_by("id").values_list("id", flat=True)[:count])
    TownDomain.objects.exclude(tenant_id__in=kept).delete()
    # Straight from the table: its own way to delete a tenant looks at the schema, too.
    gone = Town.objects.exclude(id__in=kept)
    gone._raw_delete(gone.db)
    return Town.objects.count()


def migrate() -> float:
    """Run its `migrate_schemas` with the multiprocessing executor for all tenants and return the seconds."""
    start = time.perf_counter()
    call_command("migrate_schemas", tenant=True, executor="multiprocessing", interactive=False, verbosity=0)
    return time.perf_counter() - start


def migrate_template() -> None:
    """Migrate the template, which is no longer registered; the process is warm afterwards."""
    call_command("migrate_schemas", tenant=True, schema_name=TEMPLATE, interactive=False, verbosity=0)


OPERATIONS: Final[dict[str, Operation]] = {
    "prepare": prepare,
    "create": create,
    "register": register,
    "keep_registered": keep_registered,
    "migrate": migrate,
    "migrate_template": migrate_template,
}
