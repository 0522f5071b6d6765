"""After signing in one comes back to this host and nowhere else."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_services.identity.redirects import safe_path


@pytest.mark.parametrize(
    "path", ["/", "/verwaltung/", "/verwaltung/leistungen/hund/?feld=fee&sprache=de", "/en/x/#teil"]
)
def test_paths_of_this_host_are_kept(path: str) -> None:
    assert safe_path(path, default="/d/") == path


@pytest.mark.parametrize(
    "given_path",
    [
        "",
        "verwaltung/",
        "//evil.test/",
        "///evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "https://evil.test/",
        "https:evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "/\n/evil.test",
        "\t//evil.test",
        " //evil.test",
        "/x\x00y",
        "/" + "a" * 2000,
    ],
)
def test_everything_else_is_refused(given_path: str) -> None:
    assert safe_path(given_path, default="/d/") == "/d/"


@given(st.text(alphabet="/\\:@?#.\t\n\r evilhttps%2F", max_size=30))
def test_the_target_is_always_on_this_host(text: str) -> None:
    target = safe_path(text, default="/d/")
    # What browsers do before they read an address (WHATWG URL): drop tabs and newlines, turn backslashes.
    read = target.replace("\t", "").replace("\n", "").replace("\r", "").strip().replace("\\", "/")
    assert urlsplit(urljoin("https://here.test/a/", read)).netloc == "here.test"
