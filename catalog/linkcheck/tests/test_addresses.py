"""The guard lets the public internet pass and nothing else."""

from __future__ import annotations

import pytest

from catalog.linkcheck.addresses import ForbiddenAddressError, is_allowed_host, is_public, list_permitted


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 -- nothing is bound
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_inside_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["185.21.102.1", "8.8.8.8", "2a00:1450:4001:80b::200e", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def permitted(host: str, *addresses: str, port: int = 443, allowed: tuple[str, ...] = ()) -> list[str]:
    return list_permitted(host, port, allowed_hosts=allowed, lookup=lambda _host, _port: list(addresses))


def test_a_host_with_one_inside_address_is_refused_whole() -> None:
    assert permitted("www.gladbeck.example", "8.8.8.8", "8.8.4.4") == ["8.8.8.8", "8.8.4.4"]
    with pytest.raises(ForbiddenAddressError):
        permitted("www.gladbeck.example", "8.8.8.8", "10.0.0.1")


@pytest.mark.parametrize("port", [22, 25, 110, 993, 5432, 9200])
def test_ports_of_other_services_are_refused(port: int) -> None:
    with pytest.raises(ForbiddenAddressError):
        permitted("mail.example", "8.8.8.8", port=port)
    assert permitted("web.example", "8.8.8.8", port=8443) == ["8.8.8.8"]


def test_the_operator_may_name_hosts_that_stand_inside() -> None:
    assert permitted("www.gladbeck.example", "10.0.0.1", allowed=("www.gladbeck.example",)) == ["10.0.0.1"]
    assert is_allowed_host("WWW.Gladbeck.example.", ["*.gladbeck.example"])
    assert not is_allowed_host("gladbeck.example", ["*.gladbeck.example"])
    assert not is_allowed_host("boesegladbeck.example", ["*.gladbeck.example", "gladbeck.example"])
