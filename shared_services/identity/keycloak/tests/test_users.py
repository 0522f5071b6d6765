"""People whose account goes leave Keycloak, too; a deployment without Keycloak asks nobody."""

from __future__ import annotations

from typing import Any

import pytest
from keycloak.exceptions import KeycloakConnectionError

from shared_services.identity.keycloak import admin
from shared_services.identity.keycloak.users import remove_users
from tenants.errors import ExternalTemporary


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """Play Keycloak's admin API, and return what it was asked to delete."""
    settings.VERBUND_LOGIN = "keycloak"
    paths: list[str] = []

    class Played:
        def __init__(self, _admin: object) -> None:
            pass

        def delete(self, path: str) -> None:
            if path.endswith("away"):
                raise KeycloakConnectionError
            paths.append(path)

    monkeypatch.setattr(admin, "realm_admin", object)
    monkeypatch.setattr(admin, "Api", Played)
    return paths


def test_users_are_removed_by_their_subjects(asked: list[str]) -> None:
    remove_users(["f:1:ada", "0f2c"])
    assert asked == ["/users/f%3A1%3Aada", "/users/0f2c"]


def test_keycloak_being_away_is_told_so_that_it_is_tried_again(asked: list[str]) -> None:
    with pytest.raises(ExternalTemporary):
        remove_users(["away"])


def test_a_deployment_with_the_built_in_login_asks_nobody(asked: list[str], settings: Any) -> None:
    settings.VERBUND_LOGIN = "builtin"
    remove_users(["f:1:ada"])
    assert asked == []
