"""The product with sign-in switched over to Keycloak, beside the usual one, and the people who work there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from federation.demo.keycloak import list_staff_accounts
from federation.devstack import pytest_plugin
from federation.devstack.keycloak import write_hosts
from federation.devstack.keycloak_for_tests import RunningKeycloak
from federation.devstack.processes import stop_process
from tenants.actors import system_actor
from tenants.registry.sites import directory
from tests.faults.road import Road, opened_road
from tests.journeys.cast import administrator, editor, operator
from tests.journeys.product import ROOT, Product, running_product
from tests.journeys.ways_in import BuiltIn, Keycloak, Way, app_secret
from tests.keycloak import JOURNEYS_REALM, KeycloakForTests, prepare_clients, prepare_realm

PORTALS = ("gladbeck", "dorsten", "muenster")
# Who works in the stories: accounts of the demo, each with a person at Keycloak.
WORKERS = (operator("emscher-lippe"), administrator("gladbeck"), editor("gladbeck"))
SINK = ROOT / "tenants" / "mail" / "tests" / "sink.py"
BOTH = ["built in", pytest.param("keycloak", marks=pytest.mark.keycloak)]


@dataclass(frozen=True)
class WithKeycloak:
    """The product with sign-in switched over, its road to Keycloak, and the folder of the mails that Keycloak sends."""

    product: Product
    road: Road
    mails: Path


@pytest.fixture(scope="session")
def keycloak_product(
    running_keycloak: RunningKeycloak, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[WithKeycloak]:
    """The product, a second one beside the usual."""
    ours, mails = KeycloakForTests(running_keycloak, JOURNEYS_REALM), tmp_path_factory.mktemp("mails")
    with ExitStack() as ending:
        sink = subprocess.Popen([sys.executable, str(SINK), str(mails)], stdout=subprocess.PIPE, text=True)
        ending.callback(stop_process, sink)
        assert sink.stdout is not None
        port = int(sink.stdout.readline())
        ending.callback(sink.stdout.close)
        road = ending.enter_context(opened_road())
        more = {**ours.environment(), **road.environment, "VERBUND_STAFF_SECOND_FACTOR": "required"}
        product = ending.enter_context(running_product(suffix="_keycloak", more=more))
        settings = {
            **ours.settings(),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": port,
            "VERBUND_PUBLIC_SCHEME": "http",
            "VERBUND_PUBLIC_PORT": str(product.port),
        }
        with django_db_blocker.unblock(), override_settings(**settings):
            prepare_realm()
            prepare_clients(PORTALS)
            with connected_to(pytest_plugin.database_name("_live_keycloak")):
                prepare_workers()
        hosts = [f"{one}.localhost" for one in (*PORTALS, "emscher-lippe", "muensterland", "konsole")]
        write_hosts(running_keycloak.hosts, names=hosts)
        yield WithKeycloak(product, road, mails)


@pytest.fixture(params=BOTH)
def way(request: pytest.FixtureRequest) -> Way:
    """Both, one after the other: what works with Keycloak works without."""
    if request.param == "keycloak":
        return request.getfixturevalue("keycloak_way")
    own = Path(os.environ["VERBUND_DATA_DIR"]) / "mail"
    return BuiltIn(request.getfixturevalue("product"), own)


@pytest.fixture
def keycloak_way(keycloak_product: WithKeycloak) -> Keycloak:
    """Keycloak alone."""
    return Keycloak(keycloak_product.product, keycloak_product.mails)


def prepare_workers() -> None:
    """Make the people at Keycloak and link their accounts, as a deployment does that goes over to it.

    Each has an app whose codes count where they work: without one a password opens nothing.
    """
    # Keycloak's library: most processes of a run do without.
    from shared_services.identity.keycloak.cast import load_accounts  # noqa: PLC0415 -- see above
    from shared_services.identity.staff_oidc.commands import link_account  # noqa: PLC0415

    wanted = {one.email for one in WORKERS}
    found = [(place, account) for place, account in list_staff_accounts() if account["user"] in wanted]
    load_accounts(only=[{**account, "factor": app_secret(account["user"])} for _place, account in found])
    for place, account in found:
        email, user = account["email"], account["user"]
        link_account(actor=system_actor("tests"), place=place, email=email, user=user, keep_factors=True)


@contextmanager
def connected_to(database: str) -> Iterator[None]:
    """Work in the database of a running product."""
    default = connections["default"]
    usual = default.settings_dict["NAME"]
    connections.close_all()
    default.settings_dict["NAME"] = database
    directory.forget()
    try:
        yield
    finally:
        connections.close_all()
        default.settings_dict["NAME"] = usual
        directory.forget()
