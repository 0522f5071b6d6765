"""Nobody but our own proxies may say where a request came from."""

import pytest
from django.test import RequestFactory, override_settings

from tenants.addresses import address_key, client_address


def _address(peer: str, forwarded: str = "", *, proxies: int = 0) -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    with override_settings(VERBUND_TRUSTED_PROXIES=proxies):
        return client_address(request)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 1, "203.0.113.9"),
        ("192.0.2.1", "198.51.100.7, 203.0.113.9", 1, "203.0.113.9"),
        ("192.0.2.1", "10.0.0.1, 198.51.100.7, 203.0.113.9", 2, "198.51.100.7"),
        ("192.0.2.1", "203.0.113.9", 2, "192.0.2.1"),
        ("192.0.2.1", "", 1, "192.0.2.1"),
        ("192.0.2.1", "<script>", 1, "192.0.2.1"),
        ("192.0.2.1:443", "", 0, "192.0.2.1"),
        ("[2001:db8::1]:443", "", 0, "2001:db8::1"),
        ("2001:0db8:0:0::1", "", 0, "2001:db8::1"),
        ("fe80::1%eth0", "", 0, "fe80::1"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("", "", 0, ""),
    ],
)
def test_the_callers_address(peer: str, forwarded: str, proxies: int, expected: str) -> None:
    assert _address(peer, forwarded, proxies=proxies) == expected


def _key(peer: str) -> str:
    return address_key(RequestFactory().get("/", REMOTE_ADDR=peer))


def test_a_key_hides_the_address_and_tells_callers_apart() -> None:
    assert "192.0.2.1" not in _key("192.0.2.1")
    assert _key("192.0.2.1") == _key("192.0.2.1")
    assert _key("192.0.2.1") != _key("192.0.2.2")


def test_a_line_with_ipv6_is_one_caller() -> None:
    assert _key("2001:db8:0:1::1") == _key("2001:db8:0:1:ffff::2")
    assert _key("2001:db8:0:1::1") != _key("2001:db8:0:2::1")
