"""Tokens that look right and are not: every one is refused, and the log says so."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from structlog.testing import capture_logs

from shared_services.identity.citizen import tokens
from shared_services.identity.citizen.discovery import Realm
from shared_services.identity.citizen.tests.signing import CLIENT, NONCE, Sign, logout_token
from tenants.errors import InvalidInput
from tenants.trust import TrustLevel


def verify(token: str) -> dict[str, Any]:
    return tokens.verify_id_token(token, client_id=CLIENT, nonce=NONCE)


def test_a_right_token_is_taken(sign: Sign) -> None:
    assert verify(sign())["sub"] == "f:1"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.example/realms/other"},
        {"iss": None},
        {"aud": "portal-dorsten"},
        {"aud": None},
        {"aud": ["portal-dorsten", "account"]},
        {"azp": "portal-dorsten"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"sub": None},
        {"typ": "Bearer"},
        {"iat": None},
    ],
)
def test_a_wrong_claim_is_refused(sign: Sign, changes: dict[str, Any]) -> None:
    with capture_logs() as lines, pytest.raises(InvalidInput):
        verify(sign(**changes))
    assert [line["event"] for line in lines] == ["keycloak.token_refused"]


def test_a_foreign_key_is_refused(sign: Sign) -> None:
    with pytest.raises(InvalidInput):
        verify(sign(signer=RSAKey.generate_key(2048, {"kid": "realm"})))


def test_the_public_key_is_no_shared_secret(sign: Sign, key: RSAKey) -> None:
    # The library refuses to make such a token, so it is put together by hand.
    head, body, _signature = sign().split(".")
    head = urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "realm"}).encode()).rstrip(b"=").decode()
    mac = hmac.new(key.as_pem(private=False), f"{head}.{body}".encode(), "sha256").digest()
    forged = f"{head}.{body}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    with pytest.raises(InvalidInput):
        verify(forged)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(realm: Realm, token: str) -> None:
    with pytest.raises(InvalidInput):
        verify(token)


@pytest.mark.parametrize(
    ("acr", "level"),
    [
        ("basis", TrustLevel.BASIS),
        ("zwei-faktor", TrustLevel.BASIS),
        ("substantiell", TrustLevel.SUBSTANTIELL),
        ("hoch", TrustLevel.HOCH),
        ("HOCH", TrustLevel.NONE),
        ("hoch ", TrustLevel.NONE),
        ("3", TrustLevel.NONE),
        ("", TrustLevel.NONE),
        (None, TrustLevel.NONE),
        (["hoch"], TrustLevel.NONE),
        (3, TrustLevel.NONE),
    ],
)
def test_only_the_realms_words_are_levels(acr: object, level: TrustLevel) -> None:
    assert tokens.level_of({"acr": acr}) is level


def test_no_other_claim_raises_the_level(sign: Sign) -> None:
    claims = verify(sign(trust_level="hoch", amr=["eid"], loa="4"))
    assert tokens.level_of(claims) is TrustLevel.BASIS


def test_a_right_logout_token_is_taken(sign: Sign) -> None:
    assert tokens.verify_logout_token(logout_token(sign), client_id=CLIENT)["sid"] == "s-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"events": {}},
        {"events": None},
        {"nonce": "n"},
        {"jti": None},
        {"aud": "portal-dorsten"},
        {"iss": "https://boese.example"},
        {"sub": None, "sid": None},
        {"iat": 1_000_000_000},
    ],
)
def test_a_wrong_logout_token_is_refused(sign: Sign, changes: dict[str, Any]) -> None:
    with capture_logs() as lines, pytest.raises(InvalidInput):
        tokens.verify_logout_token(logout_token(sign, **changes), client_id=CLIENT)
    assert [line["event"] for line in lines] == ["keycloak.token_refused"]


def test_an_id_token_ends_no_session(sign: Sign) -> None:
    with pytest.raises(InvalidInput):
        tokens.verify_logout_token(sign(), client_id=CLIENT)


def test_a_renewed_token_names_the_same_person(sign: Sign) -> None:
    assert tokens.verify_renewed_token(sign(nonce=None), client_id=CLIENT, subject="f:1")["sub"] == "f:1"
    with pytest.raises(InvalidInput):
        tokens.verify_renewed_token(sign(nonce=None), client_id=CLIENT, subject="f:2")
