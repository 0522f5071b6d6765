"""A town that somebody else has locked delays nobody but itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg

from tests.faults.breaking import Fault
from tests.faults.deployment import QUICK, TOWNS, Deployment, wait_until

LOCKED = "castrop-rauxel"


@contextmanager
def long_transaction(deployment: Deployment, *, slug: str = LOCKED, mode: str = "ACCESS SHARE") -> Iterator[None]:
    """Hold a lock on a table of one town, as a long transaction does."""
    with psycopg.connect(deployment.admin_address()) as holder:
        holder.execute(f"LOCK TABLE {deployment.schemas()[slug]}.portal_notice IN {mode} MODE")
        yield


def test_it_is_tried_again_and_follows_when_the_lock_is_gone(deployment: Deployment) -> None:
    others = set(deployment.schemas()) - {LOCKED}
    with long_transaction(deployment):
        deployment.start(options=replace(QUICK, lock_seconds=0.1, attempts=1000))
        working = deployment.command("rollout", "work", "--workers", "2")
        wait_until(lambda: deployment.status().done == TOWNS - 1)
        deployment.check_at_target(others)
        assert deployment.old is not None
        assert deployment.versions()[LOCKED] == deployment.old.version
        assert not deployment.has_ended(working)
    assert deployment.wait(working) == 0, deployment.told()
    deployment.check_at_target(deployment.schemas())


def test_with_few_attempts_it_ends_in_quarantine_and_online(deployment: Deployment) -> None:
    schema = deployment.schemas()[LOCKED]
    with long_transaction(deployment):
        deployment.start(options=replace(QUICK, lock_seconds=0.1, attempts=2))
        assert deployment.wait(deployment.command("rollout", "work", "--workers", "2")) == 1
        # Its people read on all the time: nothing waits in line for the lock any more.
        assert deployment.query(f"SELECT count(*) > 0 FROM {schema}.portal_notice") == [(True,)]  # noqa: S608
    status = deployment.status()
    assert (status.state, status.done, [one.slug for one in status.quarantined]) == ("finished", TOWNS - 1, [LOCKED])
    assert status.quarantined[0].error.startswith("LockNotAvailable: 55P03")
    deployment.check_none_in_between()
    deployment.check_at_target(set(deployment.schemas()) - {LOCKED})


def test_an_index_that_has_to_wait_lets_others_go_first(deployment: Deployment) -> None:
    """Even with a single worker: it does not wait as long as a build may take."""
    deployment.start(options=replace(QUICK, index_wait_seconds=0.1, attempts=1000))
    killed = deployment.command("rollout", "work", "--workers", "1", fault=Fault("index begins", 1, "kill"))
    assert deployment.wait(killed) == -9
    [(slug,)] = deployment.query("SELECT slug FROM rollout_tenantrollout WHERE step = 2")
    with long_transaction(deployment, slug=slug, mode="ROW EXCLUSIVE"):
        working = deployment.command("rollout", "work", "--workers", "1")
        wait_until(lambda: deployment.status().done == TOWNS - 1)
        assert not deployment.has_ended(working)
    assert deployment.wait(working) == 0, deployment.told()
    deployment.check_at_target(deployment.schemas())
