"""A task sent inside a tenant runs inside it, in a worker process of its own; one sent outside has no rights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from redis import Redis

from federation.devstack import pytest_plugin
from tenants import names
from tenants.context import in_tenant
from tenants.registry.sites import TenantInfo
from tests.isolation.probe_tasks import tell_identity, tell_patiently, tell_session

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def worker() -> Iterator[None]:
    """A real Celery worker with two processes, on this test process's database; a session sees two schemas at most."""
    command = [sys.executable, "-m", "celery", "-A", "federation.celery", "worker"]
    command += ["-I", "tests.isolation.probe_tasks", "--concurrency", "2", "--loglevel", "warning", "--without-gossip"]
    recycling = {**os.environ, "VERBUND_TENANTS_PER_CONNECTION": "2", "VERBUND_REGISTRY_POLL_SECONDS": "0.2"}
    with subprocess.Popen(command, env=recycling, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield
        process.terminate()
    # The worker noted the planned failures with the town, outside of any test's transaction.
    admin = pytest_plugin.admin_url()
    url = admin.with_login(admin.user, admin.password, name=pytest_plugin.database_name())
    with psycopg.connect(str(url)) as connection:
        connection.execute("UPDATE public.registry_tenant SET last_error = '', last_error_at = NULL")
        connection.execute("DELETE FROM public.rollout_runningprocess")


class Told:
    """What tasks pushed under a key of this test's own."""

    def __init__(self) -> None:
        self.key = f"probe:{uuid4()}"

    def next(self) -> dict[str, str | None]:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=40) as valkey:
            found = valkey.blpop([self.key], timeout=30)
        assert found is not None, "the worker told nothing"
        told: dict[str, str | None] = json.loads(found[1])
        return told


@pytest.fixture
def told(worker: None) -> Told:
    return Told()


def seen_in(tenant: TenantInfo) -> dict[str, str | None]:
    return {"role": tenant.ref.role, "schema": tenant.ref.schema, "tenant": tenant.slug}


def test_a_task_carries_its_tenant(told: Told, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    for tenant in (gladbeck, dorsten, gladbeck):
        with in_tenant(tenant.ref):
            tell_identity.delay(told.key)
        assert told.next() == seen_in(tenant)


def test_a_task_waits_until_the_schema_is_new_enough(told: Told, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    set_version(gladbeck.slug, "of long ago")
    try:
        # Until the worker's next look at the registry is due.
        time.sleep(1)
        with in_tenant(gladbeck.ref):
            tell_patiently.delay(told.key)
        with in_tenant(dorsten.ref):
            tell_patiently.delay(told.key)
        assert told.next() == {"tenant": "dorsten"}
    finally:
        set_version(gladbeck.slug, gladbeck.schema_version)
    assert told.next() == {"tenant": "gladbeck"}


def set_version(slug: str, version: str) -> None:
    """Change the registry for the worker, too: outside of the test's own transaction."""
    admin = pytest_plugin.admin_url()
    url = admin.with_login(admin.user, admin.password, name=pytest_plugin.database_name())
    with psycopg.connect(str(url)) as connection:
        connection.execute("UPDATE public.registry_tenant SET schema_version = %s WHERE slug = %s", [version, slug])
        connection.execute("UPDATE public.registry_generation SET number = number + 1 WHERE scope = 'registry'")


def test_a_failed_task_leaves_nothing_behind(told: Told, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    nobody = {"role": names.group_role("app"), "schema": None, "tenant": None}
    for _round in range(3):
        with in_tenant(gladbeck.ref):
            tell_identity.delay(told.key, fail=True)
        assert told.next() == seen_in(gladbeck)
        tell_identity.delay(told.key)
        assert told.next() == nobody
        with in_tenant(dorsten.ref):
            tell_identity.delay(told.key)
        assert told.next() == seen_in(dorsten)


def test_a_worker_recycles_its_sessions(told: Told, town: Callable[[str], TenantInfo]) -> None:
    towns = [town(slug) for slug in ("gladbeck", "dorsten", "marl", "herten", "datteln", "bottrop")]
    schemas: dict[str, set[str | None]] = {}
    for tenant in towns * 2:
        with in_tenant(tenant.ref):
            tell_session.delay(told.key)
        answer = told.next()
        assert answer["schema"] == tenant.ref.schema
        schemas.setdefault(f"{answer['backend']}", set()).add(answer["schema"])
    assert max(map(len, schemas.values())) <= 2
    assert len(schemas) >= 6


def test_a_task_called_directly_stays_in_the_callers_context(gladbeck: TenantInfo) -> None:
    key = f"probe:{uuid4()}"
    with in_tenant(gladbeck.ref):
        tell_identity(key)
    with Redis.from_url(settings.REDIS_URL, socket_timeout=40) as valkey:
        assert json.loads(valkey.lpop(key)) == seen_in(gladbeck)
