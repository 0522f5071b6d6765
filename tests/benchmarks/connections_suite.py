"""Connections: what sharing them costs a page, and what recycling them saves the server."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from tests.benchmarks.harness import Goal, Report
from tests.benchmarks.pages_suite import HOSTS, UNCACHED
from tests.benchmarks.servers import requests_per_second, serving

_SCHEMAS = 500
_LIMIT = 200


def run(report: Report) -> None:
    """Compare a pool with connections of the threads' own, and recycled sessions with ones that are kept."""
    with (
        serving("federation.wsgi:application", probe="/", host=HOSTS[0], VERBUND_POOL_SIZE="4") as pooled,
        serving("federation.wsgi:application", probe="/", host=HOSTS[0], VERBUND_POOL_SIZE="0") as own,
    ):
        report.compare(
            "home page of a town, uncached, connections from the pool",
            ours=lambda: requests_per_second(pooled, UNCACHED, HOSTS),
            rival=lambda: requests_per_second(own, UNCACHED, HOSTS),
            rival_is="a connection for each thread",
            unit="requests/s",
            goal=Goal(at_least=0.9),
        )
    _compare_memory(report)


def _compare_memory(report: Report) -> None:
    import django  # noqa: PLC0415 -- the environment stands now

    django.setup()
    from tenants.context import TenantRef  # noqa: PLC0415

    towns = [
        TenantRef(id=uuid4(), slug=f"bench{number}", schema=f"t_bench{number}", role=_make_schema(f"t_bench{number}"))
        for number in range(_SCHEMAS)
    ]
    report.compare(
        f"largest size of a session that works in {_SCHEMAS} towns, recycled after {_LIMIT}",
        ours=lambda: _kilobytes(towns, limit=_LIMIT),
        rival=lambda: _kilobytes(towns, limit=0),
        rival_is="kept",
        unit="KB",
        goal=Goal(at_most=0.6),
        rounds=3,
    )


def _make_schema(schema: str) -> str:
    from django.db import transaction  # noqa: PLC0415

    from tenants.context import as_migration  # noqa: PLC0415
    from tenants.provisioning.replay import ensure_role, replay_schema  # noqa: PLC0415
    from tenants.provisioning.snapshot import ensure_snapshot  # noqa: PLC0415

    with as_migration(), transaction.atomic():
        role = ensure_role(schema)
        replay_schema(schema, ensure_snapshot())
    return role


def _kilobytes(towns: list[object], *, limit: int) -> float:
    """Read every table of every town, and return the largest private memory that the server's process had meanwhile."""
    from django.apps import apps  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    from tenants.context import in_tenant  # noqa: PLC0415

    models = [model for model in apps.get_models() if model._meta.app_config.name in settings.TENANT_APPS]
    connection.close()
    largest = 0
    with override_settings(VERBUND_TENANTS_PER_CONNECTION=limit):
        for number, town in enumerate(towns, start=1):
            with in_tenant(town):  # type: ignore[arg-type]
                for model in models:
                    list(model._default_manager.all()[:1])
                if number % 20 == 0:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_backend_pid()")
                        largest = max(largest, _private_kilobytes(cursor.fetchone()[0]))
    connection.close()
    return float(largest)


def _private_kilobytes(pid: int) -> int:
    """Return the memory of its own that a process has; Linux tells it to root and to the server's own user.

    Mappings marked as shared don't count: buffers that nobody else has touched yet would look private, too.
    """
    total, is_own = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text("utf-8").splitlines():
        first, *rest = line.split()
        if not first.endswith(":"):
            is_own = rest[0].endswith("p")
        elif is_own and first == "Private_Dirty:":
            total += int(rest[0])
    return total
