"""A town that somebody else has locked delays nobody but itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from tests.faults.deployment import QUICK, TOWNS, Deployment, wait_until

LOCKED = "castrop-rauxel"

pytestmark = pytest.mark.xdist_group("faults")


@contextmanager
def long_transaction(deployment: Deployment) -> Iterator[None]:
    """Hold a lock on a table of one town, as a long transaction does."""
    with psycopg.connect(deployment.admin_address()) as holder:
        holder.execute(f"LOCK TABLE {deployment.schemas()[LOCKED]}.portal_notice IN ACCESS SHARE MODE")
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
