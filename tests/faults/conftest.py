"""One deployment for all tests that break things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared_services.identity.citizen import discovery
from tenants.rollout.tests.migrationfiles import installed
from tests.faults.deployment import Deployment, make_deployment
from tests.faults.road import Road, opened_road
from tests.keycloak import KeycloakForTests


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest.FixtureRequest) -> Iterator[Deployment]:
    place = tmp_path_factory.mktemp("faults")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's fixture has no public type
        made = make_deployment(place)
    yield made
    made.close()


@pytest.fixture
def unprepared(_made: Deployment, django_db_blocker: pytest.FixtureRequest) -> Iterator[Deployment]:
    """Return the deployment with the release installed, and the towns as the last test left them: reset it first."""
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]  # as above
        _made.connected(),
        installed(_made.place, _made.modules),
    ):
        yield _made


@pytest.fixture
def deployment(unprepared: Deployment) -> Deployment:
    """Return the deployment with every town back at the old state, and the release installed."""
    unprepared.reset()
    return unprepared


@pytest.fixture
def road(keycloak: KeycloakForTests, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    """Have this process reach Keycloak over a road that can be closed."""
    with opened_road() as road:
        for name, value in road.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(discovery, "_AWAY_SECONDS", 0.3)
        # A moment later: what is known of Keycloak is not fresh any more.
        monkeypatch.setattr(discovery, "_PRESENT_SECONDS", 0.0)
        discovery.forget()
        yield road
        discovery.forget()
