"""A running realm is brought to its description, and back to it after somebody has changed it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from keycloak import KeycloakAdmin

from shared_services.identity.keycloak.admin import Api, full_admin
from shared_services.identity.keycloak.applying import apply_realm, diff_realm, load_wanted
from shared_services.identity.keycloak.description import load_description
from shared_services.identity.keycloak.flowchanges import plan_flows, read_flows
from shared_services.identity.keycloak.flows import BROWSER, POST_BROKER, build_flows
from shared_services.identity.keycloak.generation import PROVISIONER
from shared_services.identity.keycloak.representing import SCOPE
from tenants.errors import ExternalPermanent, ExternalTemporary
from tests.keycloak import KeycloakForTests

pytestmark = pytest.mark.keycloak
Damage = Callable[[Api], str]


@pytest.fixture
def api(keycloak: KeycloakForTests) -> Api:
    return Api(full_admin())


def test_a_realm_that_was_brought_there_differs_in_nothing(keycloak: KeycloakForTests) -> None:
    assert [(change.what, change.lines) for change in diff_realm()] == []
    assert apply_realm() == 0


def open_the_level_for_editing(api: Api) -> str:
    profile = api.get("/users/profile")
    for one in profile["attributes"]:
        if one["name"] == "trust_level":
            one["permissions"]["edit"] = ["admin", "user"]
    api.put("/users/profile", profile)
    return "Profil der Personen"


def keep_any_attribute(api: Api) -> str:
    api.put("/users/profile", {**api.get("/users/profile"), "unmanagedAttributePolicy": "ENABLED"})
    return "Profil der Personen"


def put_the_level_into_tokens(api: Api) -> str:
    (scope,) = (one for one in api.get("/client-scopes") if one["name"] == SCOPE)
    mapper: dict[str, Any] = {
        "name": "trust_level",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-usermodel-attribute-mapper",
        "config": {"user.attribute": "trust_level", "claim.name": "trust_level", "id.token.claim": "true"},
    }
    api.post(f"/client-scopes/{scope['id']}/protocol-mappers/models", mapper)
    return f"Angabe im Token von {SCOPE}: trust_level"


def leave_out_the_post_broker_flow(api: Api) -> str:
    provider = api.get("/identity-provider/instances/bundid")
    api.put("/identity-provider/instances/bundid", {**provider, "postBrokerLoginFlowAlias": ""})
    return "Anbieter bundid"


def weaken_a_step(api: Api) -> str:
    alias = api.get("")["browserFlow"]
    steps = api.get(f"/authentication/flows/{alias}/executions")
    (form,) = (one for one in steps if one.get("providerId") == "auth-otp-form")
    api.put(f"/authentication/flows/{alias}/executions", {**form, "requirement": "REQUIRED"})
    return "Ablauf"


def bind_another_flow(api: Api) -> str:
    api.put("", {"browserFlow": "browser"})
    return "Einstellungen"


def switch_off_the_lock(api: Api) -> str:
    api.put("", {"bruteForceProtected": False, "passwordPolicy": "length(4)"})
    return "Einstellungen"


def give_the_application_more_rights(api: Api) -> str:
    (client,) = api.get("/clients", clientId=PROVISIONER)
    (management,) = api.get("/clients", clientId="realm-management")
    user = api.get(f"/clients/{client['id']}/service-account-user")
    role = api.get(f"/clients/{management['id']}/roles/manage-realm")
    api.post(f"/users/{user['id']}/role-mappings/clients/{management['id']}", [role])
    return f"Rechte von {PROVISIONER}"


@pytest.mark.parametrize(
    "damage",
    [
        open_the_level_for_editing,
        keep_any_attribute,
        put_the_level_into_tokens,
        leave_out_the_post_broker_flow,
        weaken_a_step,
        bind_another_flow,
        switch_off_the_lock,
        give_the_application_more_rights,
    ],
)
def test_what_somebody_changed_is_shown_and_put_right(api: Api, damage: Damage) -> None:
    what = damage(api)
    assert [change.what for change in diff_realm() if change.what.startswith(what)]
    assert apply_realm() > 0
    assert diff_realm() == []


def test_what_the_description_does_not_name_stays(api: Api) -> None:
    api.put("", {"rememberMe": True, "attributes": {"eigenes": "bleibt"}})
    apply_realm()
    realm = api.get("")
    assert (realm["attributes"]["eigenes"], realm["rememberMe"]) == ("bleibt", False)


def test_a_flow_in_use_is_replaced_whole_and_the_old_one_goes(api: Api) -> None:
    weaken_a_step(api)
    before = api.get("")["browserFlow"]
    apply_realm()
    after = api.get("")["browserFlow"]
    assert before != after
    ours = [one["alias"] for one in api.get("/authentication/flows") if one["alias"].startswith(BROWSER)]
    assert [alias for alias in ours if alias in {before, after}] == [after]


def test_cut_off_between_making_and_binding_it_goes_on(api: Api) -> None:
    weaken_a_step(api)
    made = next(iter(plan_flows(api, read_flows(api, build_flows(load_description())))))
    made.act()
    assert diff_realm() != []
    apply_realm()
    assert diff_realm() == []


def test_a_half_made_flow_is_thrown_away(api: Api) -> None:
    head = {"alias": f"{POST_BROKER} 7", "providerId": "basic-flow", "topLevel": True, "builtIn": False}
    api.post("/authentication/flows", head)
    assert [change.what for change in diff_realm()] == [f"Ablauf {POST_BROKER} 7"]
    apply_realm()
    assert f"{POST_BROKER} 7" not in {one["alias"] for one in api.get("/authentication/flows")}


def test_the_realm_names_every_level(keycloak: KeycloakForTests) -> None:
    assert '"zwei-faktor": 2' in load_wanted().settings["attributes"]["acr.loa.map"]


def test_keycloak_away_is_said_in_a_sentence(keycloak: KeycloakForTests, settings: Any) -> None:
    settings.VERBUND_KEYCLOAK_URL = "http://localhost:9"
    settings.VERBUND_KEYCLOAK_TIMEOUT_SECONDS = 2
    with pytest.raises(ExternalTemporary, match="nicht erreichbar"):
        diff_realm()


def test_a_wrong_administrator_is_said_in_a_sentence(keycloak: KeycloakForTests, settings: Any) -> None:
    settings.VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET = "falsch"
    with pytest.raises(ExternalPermanent, match="abgelehnt"):
        diff_realm()


def test_a_keycloak_without_our_extension_is_told_apart_before_anything_changes(
    keycloak: KeycloakForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeycloakAdmin, "get_server_info", lambda _self: {"providers": {"validator": {"providers": {}}}})
    missing = "verbund-introduction, verbund-log, verbund-no-address-of-others, verbund-reported-attempt"
    for attempt in (diff_realm, apply_realm):
        with pytest.raises(ExternalPermanent, match=missing) as refused:
            attempt()
        assert refused.value.code == "keycloak_without_extension"
