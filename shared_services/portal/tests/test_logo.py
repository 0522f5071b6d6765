"""Logos: what is taken, what is refused, and who can fetch it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from shared_services.portal import images
from shared_services.portal.selectors import get_profile
from shared_services.portal.services import remove_logo, set_logo
from shared_services.portal.tests.conftest import picture
from tenants.actors import Actor
from tenants.errors import InvalidInput, NotAllowed
from tenants.registry.sites import TenantInfo

Callbacks = Callable[..., AbstractContextManager[list[Any]]]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _set(actor: Actor, file: io.BytesIO) -> None:
    set_logo(actor=actor, upload=file, size_bytes=len(file.getbuffer()))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_encoded_anew_and_scaled(kind: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1600, 800), "red").save(file, format=kind, exif=Image.Exif())
    clean = images.clean_logo(io.BytesIO(file.getvalue() + b"<script>hidden</script>"), size_bytes=1000)
    assert (clean.width, clean.height) == (600, 300)
    assert b"hidden" not in clean.data


def _bomb() -> io.BytesIO:
    """A PNG of a few hundred bytes that says it is 20,000 pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    header = (20_000).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + data)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (io.BytesIO(SVG), "nicht SVG"),
        (io.BytesIO(b"no picture"), "kein Bild"),
        (io.BytesIO(picture().getvalue()[:40]), "kein Bild"),
        (picture("GIF"), "kein Bild"),
        (_bomb(), "zu viele Bildpunkte"),
    ],
)
def test_everything_else_is_refused(file: io.BytesIO, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        images.clean_logo(file, size_bytes=500)
    assert words in refused.value.fields["logo"][0]


def test_large_files_are_refused_before_they_are_read() -> None:
    with pytest.raises(InvalidInput, match="2 MB"):
        images.clean_logo(io.BytesIO(), size_bytes=images.MAX_BYTES + 1)


def test_a_new_logo_replaces_the_old_file_after_commit(
    in_gladbeck: TenantInfo, editor: Actor, django_capture_on_commit_callbacks: Callbacks
) -> None:
    _set(editor, picture())
    before = get_profile().logo
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        _set(editor, picture("JPEG"))
    after = get_profile().logo
    assert default_storage.exists(before)
    for callback in waiting:
        callback()
    assert not default_storage.exists(before)
    assert default_storage.exists(after)


def test_without_the_right_nothing_is_stored(in_gladbeck: TenantInfo, neighbour: Actor, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        _set(neighbour, picture())
    assert not list(tmp_path.rglob("*.png"))


def test_everybody_can_fetch_the_logo_and_only_the_logo(
    desk: Client,
    citizen: Client,
    visit: Callable[[str], Client],
    gladbeck: TenantInfo,
    dorsten: TenantInfo,
    tmp_path: Path,
) -> None:
    answer = desk.post("/verwaltung/erscheinungsbild/logo/", {"logo": picture()})
    assert answer.status_code == 302
    [stored] = (tmp_path / gladbeck.ref.schema).rglob("*.png")
    address = f"/dateien/portal/{stored.name}"
    assert address in citizen.get("/").content.decode()
    fetched = citizen.get(address)
    assert (fetched.status_code, fetched["Content-Type"]) == (200, "image/png")
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert visit(dorsten.host).get(address).status_code == 404
    secret = tmp_path / gladbeck.ref.schema / "private" / "secret.png"
    secret.parent.mkdir()
    secret.write_bytes(b"x")
    for path in ("../private/secret.png", "private/secret.png", "portal/", "portal/%2e%2e/%2e%2e/private/secret.png"):
        assert citizen.get(f"/dateien/{path}").status_code == 404


def test_an_svg_upload_is_refused_on_the_page(desk: Client) -> None:
    file = io.BytesIO(SVG)
    file.name = "wappen.png"
    answer = desk.post("/verwaltung/erscheinungsbild/logo/", {"logo": file})
    assert answer.status_code == 422
    assert "nicht SVG" in answer.content.decode()


def test_a_logo_can_be_removed(in_gladbeck: TenantInfo, editor: Actor) -> None:
    _set(editor, picture())
    remove_logo(actor=editor)
    assert get_profile().logo_url == ""
