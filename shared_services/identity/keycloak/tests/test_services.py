"""Clients follow the registry: made, changed, removed, put right, and gone on with after anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections, transaction

from shared_services.identity.keycloak import doctor, services
from shared_services.identity.keycloak.admin import Api, realm_admin
from shared_services.identity.keycloak.clients import CALLBACK_PATH, WantedClient, list_wanted, organisation_domain
from shared_services.identity.keycloak.comparing import list_found
from shared_services.identity.keycloak.doctor import examine_clients
from shared_services.identity.keycloak.models import PortalClient
from shared_services.identity.keycloak.portalclients import PortalClients
from shared_services.identity.keycloak.services import Settled, settle_clients
from tenants.actors import system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_migration, as_operator
from tenants.doctor.repairs import repair
from tenants.errors import ExternalTemporary
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.registry.generations import touch_registry
from tenants.registry.models import Domain, Tenant
from tenants.registry.services import add_domain, make_domain_primary
from tenants.registry.sites import Snapshot
from tests.keycloak import KeycloakForTests

SYSTEM = system_actor("tests")

pytestmark = pytest.mark.keycloak
# Those that the process's realm has for other tests, too, and two more.
TOWNS = {f"portal-{slug}" for slug in ("gladbeck", "dorsten", "marl", "duelmen")}
FEW = {"console", *(f"umbrella-{slug}" for slug in ("emscher-lippe", "muensterland", "modellkommunen")), *TOWNS}


def few(snapshot: Snapshot) -> list[WantedClient]:
    """Return what some portals want: a hundred are no other proof, and take their time."""
    return [one for one in list_wanted(snapshot) if one.client_id in FEW]


@pytest.fixture
def portals(keycloak: KeycloakForTests, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> PortalClients:
    """Clients in Keycloak, beside a database in which tests commit."""
    for module in (services, doctor):
        monkeypatch.setattr(module, "list_wanted", few)
    return PortalClients(Api(realm_admin()))


def settle(**wish: bool) -> Settled:
    return settle_clients(actor=SYSTEM, **wish)


def test_a_first_run_settles_every_portal_and_a_second_nothing(portals: PortalClients) -> None:
    first = settle()
    assert sorted(first.done) == sorted(FEW - {"portal-duelmen"})
    second = settle()
    assert (second.done, second.removed, second.refused) == ([], [], {})
    assert list(examine_clients()) == []


def test_a_new_town_gets_client_and_organisation_and_loses_both(portals: PortalClients) -> None:
    settle()
    onboard(actor=SYSTEM, request=OnboardingRequest(slug="duelmen", ags="05558016"))
    assert settle().done == ["portal-duelmen"]
    assert portals.find("portal-duelmen") is not None
    assert organisations("duelmen") == ["duelmen"]
    with as_migration(), transaction.atomic():
        Domain.objects.filter(tenant__slug="duelmen").delete()
        Tenant.objects.filter(slug="duelmen").delete()
        touch_registry()
    assert settle().removed == ["portal-duelmen"]
    assert portals.find("portal-duelmen") is None
    assert organisations("duelmen") == []


def test_another_main_host_changes_the_addresses(portals: PortalClients) -> None:
    settle()
    add_domain(actor=SYSTEM, slug="gladbeck", host="service.gladbeck.example")
    make_domain_primary(actor=SYSTEM, slug="gladbeck", host="service.gladbeck.example")
    try:
        assert settle().done == ["portal-gladbeck"]
        client = portals.find("portal-gladbeck")
        assert client is not None
        assert {urlsplit(one).netloc for one in client["redirectUris"]} == {"service.gladbeck.example"}
        assert f"http://service.gladbeck.example{CALLBACK_PATH}" in client["redirectUris"]
    finally:
        make_domain_primary(actor=SYSTEM, slug="gladbeck", host="gladbeck.localhost")
        settle()


def test_the_doctor_names_what_is_wrong_and_repairing_puts_it_right(portals: PortalClients) -> None:
    settle()
    api = Api(realm_admin())
    dorsten, gladbeck = portals.find("portal-dorsten"), portals.find("portal-gladbeck")
    assert dorsten is not None
    assert gladbeck is not None
    api.delete(f"/clients/{dorsten['id']}")
    api.put(f"/clients/{gladbeck['id']}", {"redirectUris": ["http://evil.example/*"]})
    api.post("/clients", {**{name: gladbeck[name] for name in ("protocol", "attributes")}, "clientId": "portal-fremd"})
    found = {(one.code, one.tenant) for one in examine_clients()}
    assert found == {("client_missing", "dorsten"), ("client_drifted", "gladbeck"), ("client_foreign", "")}
    assert sorted(repair(examine_clients(), actor=SYSTEM)) == [
        "Client portal-dorsten in Keycloak eingerichtet.",
        "Client portal-gladbeck in Keycloak eingerichtet.",
    ]
    assert repair(examine_clients(), actor=SYSTEM) == [], "a stray is somebody's to look at first"
    assert settle(repairs=True).removed == ["portal-fremd"]
    assert list(examine_clients()) == []
    with as_operator():
        assert AuditEntry.objects.filter(action="auth.client_removed", subject="client:portal-fremd").exists()


def test_a_mapper_of_one_s_own_and_a_lost_organisation_are_put_right(portals: PortalClients) -> None:
    settle()
    api, gladbeck = Api(realm_admin()), portals.find("portal-gladbeck")
    assert gladbeck is not None
    lifts = {"claim.name": "acr", "claim.value": "hoch", "id.token.claim": "true"}
    mapper = {
        "name": "x",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-hardcoded-claim-mapper",
        "config": lifts,
    }
    api.post(f"/clients/{gladbeck['id']}/protocol-mappers/models", {**mapper, "config": lifts})
    (marl,) = api.get("/organizations", search=organisation_domain("marl"), exact="true")
    api.delete(f"/organizations/{marl['id']}")
    found = {(one.tenant, one.what.rpartition(": ")[2]) for one in examine_clients()}
    assert found == {("gladbeck", "protocolMappers"), ("marl", "organization")}
    assert len(repair(examine_clients(), actor=SYSTEM)) == 2
    assert list(examine_clients()) == []
    assert len(api.get("/organizations", search=organisation_domain("marl"), exact="true")) == 1


def test_other_clients_in_the_realm_are_none_of_our_business(portals: PortalClients) -> None:
    api = Api(realm_admin())
    own = api.post("/clients", {"clientId": "bibliothek", "protocol": "openid-connect"})
    settle(repairs=True)
    assert "bibliothek" not in list_found().clients
    assert portals.find("bibliothek") is not None
    api.delete(f"/clients/{own}")


def test_while_keycloak_is_away_everything_waits_and_then_goes_on(portals: PortalClients, settings: Any) -> None:
    there = settings.VERBUND_KEYCLOAK_URL
    settings.VERBUND_KEYCLOAK_URL = "http://localhost:9"
    with pytest.raises(ExternalTemporary):
        settle()
    assert [one.code for one in examine_clients()] == ["keycloak_away"]
    settings.VERBUND_KEYCLOAK_URL = there
    assert settle().refused == {}
    assert list(examine_clients()) == []


def test_a_refused_portal_holds_up_no_other(portals: PortalClients, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure = PortalClients.ensure

    def refuse_gladbeck(self: PortalClients, wanted: Any) -> str:
        if wanted.client_id == "portal-gladbeck":
            wanted.representation["protocol"] = "carrier-pigeon"
        return ensure(self, wanted)

    monkeypatch.setattr(PortalClients, "ensure", refuse_gladbeck)
    settled = settle()
    assert [problem.code for problem in settled.refused.values()] == ["keycloak_refused"]
    with as_operator():
        (row,) = PortalClient.objects.exclude(error="")
    assert (row.client_id, row.attempts) == ("portal-gladbeck", 1)
    assert settle(is_hurried=False).done == []  # it waits for its turn
    monkeypatch.setattr(PortalClients, "ensure", ensure)
    assert settle().done == ["portal-gladbeck"]


@pytest.mark.parametrize("call", [1, 2, 7])
def test_killed_anywhere_the_same_command_goes_on(
    portals: PortalClients, keycloak: KeycloakForTests, fresh_database: str, call: int
) -> None:
    """The process is killed after its n-th call has reached Keycloak, while others are on their way."""
    program = textwrap.dedent(f"""
        import os, signal

        import django
        django.setup()
        from shared_services.identity.keycloak import services
        from shared_services.identity.keycloak.admin import Api
        from federation.cli.main import add_commands, cli

        post, passed, wanted = Api.post, [], services.list_wanted
        services.list_wanted = lambda snapshot: [one for one in wanted(snapshot) if one.client_id in {FEW!r}]

        def deadly(self, path, body):
            try:
                return post(self, path, body)
            finally:
                passed.append(path)
                if len(passed) == {call}:
                    os.kill(os.getpid(), signal.SIGKILL)

        Api.post = deadly
        add_commands()
        cli(["identity", "clients"], prog_name="verbund")
    """)
    for client in list_found().clients.values():
        if client["clientId"] in {"portal-dorsten", "portal-gladbeck", "portal-marl", "umbrella-emscher-lippe"}:
            Api(realm_admin()).delete(f"/clients/{client['id']}")
    url = os.environ["VERBUND_DATABASE_URL"].rsplit("/", 1)[0] + f"/{fresh_database}"
    environment = {**os.environ, **keycloak.environment(), "VERBUND_DATABASE_URL": url}
    killed = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    connections.close_all()
    settle()
    assert list(examine_clients()) == []
    with as_operator():
        assert PortalClient.objects.filter(applied="").count() == 0


def organisations(slug: str) -> list[str]:
    return [one["alias"] for one in Api(realm_admin()).get("/organizations", search=slug) if one["alias"] == slug]
