"""Decisions: presets by level, stored decisions win, the longest prefix is responsible."""

from __future__ import annotations

from uuid import UUID

import pytest

from catalog.resolution.decide import (
    ONLINE,
    AdoptionRow,
    AuthorityRow,
    Decision,
    TenantProfile,
    choose_online_service,
    decide,
    find_authority,
)
from catalog.resolution.values import EffectiveValue, FieldKey, Json, Layer, Provenance, ServiceHead

GLADBECK = TenantProfile("town", "055620014014", "emscher-lippe")
BOTTROP = TenantProfile("independent_city", "055120000000", "emscher-lippe")
RECKLINGHAUSEN = TenantProfile("district", "05562", "emscher-lippe")


def head(layer: Layer, area: str = "") -> ServiceHead:
    """Return a service carried out on a layer."""
    return ServiceHead(UUID(int=1), "leistung", layer, area)


@pytest.mark.parametrize(
    ("tenant", "layer", "expected"),
    [
        (GLADBECK, Layer.MUNICIPALITY, Decision.ADOPT),
        (GLADBECK, Layer.DISTRICT, Decision.LINK),
        (GLADBECK, Layer.STATE, Decision.LINK),
        (GLADBECK, Layer.FEDERATION, Decision.LINK),
        (BOTTROP, Layer.MUNICIPALITY, Decision.ADOPT),
        (BOTTROP, Layer.DISTRICT, Decision.ADOPT),
        (BOTTROP, Layer.STATE, Decision.LINK),
        (RECKLINGHAUSEN, Layer.MUNICIPALITY, Decision.NOBODY),
        (RECKLINGHAUSEN, Layer.DISTRICT, Decision.ADOPT),
        (RECKLINGHAUSEN, Layer.REGION, Decision.LINK),
    ],
)
def test_without_a_decision_the_level_decides(tenant: TenantProfile, layer: Layer, expected: Decision) -> None:
    decided = decide(head(layer), tenant, None)
    assert (decided.kind, decided.is_preset) == (expected, True)


def test_a_service_of_another_place_is_nobodys_here() -> None:
    assert decide(head(Layer.MUNICIPALITY, "03"), GLADBECK, None).kind is Decision.NOBODY


@pytest.mark.parametrize("kind", [Decision.ADOPT, Decision.OVERRIDE, Decision.LINK, Decision.NOT_OFFERED])
def test_a_stored_decision_wins(kind: Decision) -> None:
    decided = decide(head(Layer.FEDERATION), GLADBECK, AdoptionRow(kind))
    assert (decided.kind, decided.is_preset) == (kind, False)
    assert decided.uses_overrides is (kind is Decision.OVERRIDE)
    assert decided.is_listed is (kind is not Decision.NOT_OFFERED)


def test_the_longest_prefix_is_responsible_and_nobody_is_an_answer() -> None:
    rows = (
        AuthorityRow("", name="Bund"),
        AuthorityRow("05562", name="Kreis"),
        AuthorityRow("055620014", "contact", unit="Bürgerbüro"),
        AuthorityRow("03", is_nobody=True),
    )
    assert find_authority(rows, ars=GLADBECK.ars) == rows[1]
    assert find_authority(rows, ars="034520025025") == rows[3]
    assert find_authority(rows, ars=BOTTROP.ars) == rows[0]
    assert find_authority(rows[1:2], ars=BOTTROP.ars) is None


SHARED: dict[str, Json] = {"url": "https://bund.example/"}
OF_THE_STATE: dict[str, Json] = {"url": "https://land.example/"}
STATE = AuthorityRow("05", ONLINE, online_service=OF_THE_STATE)
NO_ONLINE = AuthorityRow("05562", ONLINE, is_nobody=True)
NOBODY = AuthorityRow("05", is_nobody=True)


def said(value: Json, *, owner: str = "", lock: bool = False) -> EffectiveValue:
    """Return what holds for the field of the online service."""
    origin = Provenance(Layer.MUNICIPALITY if owner else Layer.FEDERATION, owner=owner)
    return EffectiveValue(FieldKey("online_service", ""), value, origin, origin if lock else None)


@pytest.mark.parametrize(
    ("value", "competent", "online", "expected"),
    [
        (said(SHARED), None, None, SHARED),
        (said(SHARED), None, STATE, OF_THE_STATE),
        (EffectiveValue(FieldKey("online_service", "")), None, STATE, OF_THE_STATE),
        (said(SHARED), None, NO_ONLINE, None),
        (said(SHARED), NOBODY, None, None),
        (said(SHARED), NOBODY, STATE, OF_THE_STATE),
        (said(SHARED, lock=True), NOBODY, STATE, SHARED),
        (said(SHARED, owner="Gladbeck"), NOBODY, STATE, SHARED),
        (said(None, owner="Gladbeck"), None, STATE, None),
    ],
    ids=["general", "responsible", "only-this", "none-here", "nobody", "nobody-but", "locked", "own", "own-none"],
)
def test_the_responsible_online_service_goes_before_the_general_one(
    value: EffectiveValue, competent: AuthorityRow | None, online: AuthorityRow | None, expected: object
) -> None:
    assert choose_online_service(value, competent=competent, online=online) == expected


def test_each_role_has_its_own_longest_prefix() -> None:
    rows = (AuthorityRow("05562", name="Kreis"), STATE, NO_ONLINE)
    assert find_authority(rows, ars=GLADBECK.ars) == rows[0]
    assert find_authority(rows, ars=GLADBECK.ars, role=ONLINE) == NO_ONLINE
    assert find_authority(rows, ars=BOTTROP.ars, role=ONLINE) == STATE
