"""One deployment for all tests that break things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenants.rollout.tests.migrationfiles import installed
from tests.faults.deployment import Deployment, make_deployment


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest.FixtureRequest) -> Iterator[Deployment]:
    place = tmp_path_factory.mktemp("faults")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's fixture has no public type
        made = make_deployment(place)
    yield made
    made.close()


@pytest.fixture
def deployment(_made: Deployment, django_db_blocker: pytest.FixtureRequest) -> Iterator[Deployment]:
    """Return the deployment with every town back at the old state, and the release installed."""
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]  # as above
        _made.connected(),
        installed(_made.place, _made.modules),
    ):
        _made.reset()
        yield _made
