"""Asking an address: what servers do wrong ends in a clear word, within its time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from catalog.linkcheck.checking import Outcome, Problem, Rules, Verdict, check_url
from catalog.linkcheck.tests.misbehaving import Site, misbehaving_site

RULES = Rules(user_agent="VerbundLinkCheck/tests", allowed_hosts=("127.0.0.1",), step_seconds=0.4, total_seconds=1.0)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The server for all tests of this file."""
    with misbehaving_site() as running:
        yield running


def test_a_page_that_is_there_is_fine_and_its_body_is_never_asked_for(site: Site) -> None:
    assert check_url(site.at("/fine"), RULES) == Outcome(Verdict.FINE, Problem.NONE, 200)
    assert site.asked["GET", "/fine"] == 0
    assert site.agents >= {"VerbundLinkCheck/tests"}


def test_a_server_that_knows_no_heads_is_asked_for_the_page(site: Site) -> None:
    assert check_url(site.at("/no-heads"), RULES).verdict is Verdict.FINE


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/gone", Outcome(Verdict.FAILED, Problem.STATUS, 404)),
        ("/restarting", Outcome(Verdict.FAILED, Problem.STATUS, 500)),
        ("/forbidden", Outcome(Verdict.UNCLEAR, Problem.REFUSED, 403)),
        ("/loop", Outcome(Verdict.FAILED, Problem.REDIRECTS)),
        ("/to-a-file", Outcome(Verdict.FAILED, Problem.UNUSABLE)),
        ("/rubbish", Outcome(Verdict.FAILED, Problem.PROTOCOL)),
        ("/hanging", Outcome(Verdict.FAILED, Problem.TOO_SLOW)),
        ("/dripping", Outcome(Verdict.FAILED, Problem.TOO_SLOW)),
    ],
)
def test_what_is_wrong_is_named(site: Site, path: str, expected: Outcome) -> None:
    begun = time.monotonic()
    assert check_url(site.at(path), RULES) == expected
    # Two attempts, each with its limit; a server that drips can't stretch them.
    assert time.monotonic() - begun < 5


def test_where_a_redirect_leads_is_noted(site: Site) -> None:
    assert check_url(site.at("/moved"), RULES) == Outcome(Verdict.FINE, Problem.NONE, 200, site.at("/fine"))


def test_a_redirect_into_the_inside_is_not_followed(site: Site) -> None:
    """127.0.0.1 is allowed by name here, localhost is not, though both are the same machine."""
    before = site.asked["HEAD", "/fine"]
    assert check_url(site.at("/inside"), RULES) == Outcome(Verdict.UNCLEAR, Problem.INTERNAL)
    assert site.asked["HEAD", "/fine"] == before


def test_a_huge_body_is_not_read(site: Site) -> None:
    assert check_url(site.at("/huge"), RULES).verdict is Verdict.FINE
    # What the kernel's buffers took, no more.
    assert site.asked["sent", "/huge"] < 16 * 1024**2


def test_a_server_without_tls_has_no_valid_certificate(site: Site) -> None:
    assert check_url(site.at("/fine", scheme="https"), RULES).problem is Problem.CERTIFICATE


def test_nobody_listens(site: Site) -> None:
    assert check_url("http://127.0.0.1:1/", RULES).problem is Problem.NO_CONNECTION


def test_a_host_that_does_not_exist() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    rules = Rules(user_agent="x", lookup=nobody)
    assert check_url("https://gibt-es-nicht.example/", rules) == Outcome(Verdict.FAILED, Problem.NO_HOST)


@pytest.mark.parametrize("url", ["https://", "http://[::1", "gladbeck.example"])
def test_an_address_that_is_none_is_unusable(url: str) -> None:
    assert check_url(url, RULES).problem is Problem.UNUSABLE


def test_a_name_that_turns_inside_between_two_looks_is_never_connected_to(site: Site) -> None:
    """The address that was looked at is the one that is connected to: the name is resolved once for each connection."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    rules = Rules(user_agent="x", lookup=lambda _host, _port: next(answers), step_seconds=0.4, total_seconds=1.0)
    assert check_url(f"http://rebinding.example:{site.port}/fine", rules).problem is Problem.INTERNAL
    assert next(answers) == ["127.0.0.1"]
