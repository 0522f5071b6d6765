"""Whose word counts for a company: only that of a provider that knows companies."""

from __future__ import annotations

from typing import Any

import pytest

from shared_services.identity.citizen.oidc import _person
from shared_services.identity.citizen.ways import tells_companies
from tenants.trust import TrustLevel

CLAIMS = {"sub": "f:1", "organisation": "Muster Bau GmbH", "organisation_id": "DE123456789"}


@pytest.fixture(autouse=True)
def _simulators(settings: Any) -> None:
    settings.VERBUND_KEYCLOAK_PROVIDERS, settings.VERBUND_KEYCLOAK_SIMULATORS = "", True


def test_mein_unternehmenskonto_names_the_company() -> None:
    person = _person({**CLAIMS, "idp": "unternehmenskonto"}, TrustLevel.SUBSTANTIELL)
    assert (person.organisation, person.organisation_id) == ("Muster Bau GmbH", "DE123456789")


@pytest.mark.parametrize("idp", ["bundid", "landeskonto", "", "unbekannt"])
def test_what_stands_in_the_token_after_another_sign_in_proves_nothing(idp: str) -> None:
    assert not tells_companies(idp)
    person = _person({**CLAIMS, "idp": idp}, TrustLevel.HOCH)
    assert (person.organisation, person.organisation_id) == ("", "")
