"""The links of stored values."""

from __future__ import annotations

import pytest

from catalog.linkcheck.extracting import host_of, list_links
from catalog.resolution.values import Json


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        (["https://words.example"], ()),
        ("<p>kein Link: https://nur-text.example</p>", ()),
        (
            '<p><a href="https://a.example/?x=1&amp;y=2">A</a> <a href="https://a.example/?x=1&amp;y=2">B</a></p>',
            ("https://a.example/?x=1&y=2",),
        ),
        (
            '<a href="mailto:a@b.example">m</a><a href="tel:+49">t</a><a href="http://b.example">b</a>',
            ("http://b.example",),
        ),
        ({"url": "https://online.example/antrag", "trust_level": "none"}, ("https://online.example/antrag",)),
        ({"kind": "free"}, ()),
        (f'<a href="https://lang.example/{"x" * 2000}">zu lang</a>', ()),
    ],
)
def test_links(value: Json, expected: tuple[str, ...]) -> None:
    assert list_links(value) == expected


def test_hosts_are_lower_case_and_only_the_webs() -> None:
    assert host_of("https://WWW.Gladbeck.de:8443/x") == "www.gladbeck.de"
    assert host_of("ftp://a.example") == host_of("http://[::1") == host_of("") == ""


def test_an_address_is_measured_in_bytes_as_the_index_does() -> None:
    assert list_links({"url": "https://example.org/" + "a" * 1900})
    assert not list_links({"url": "https://example.org/" + "漢" * 900})
