"""An archive is written whole or not at all, and a reader believes nothing that it has not checked."""

from __future__ import annotations

import errno
import io
import json
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.errors import Conflict, NotFound
from tenants.lifecycle.errors import ArchiveDamaged
from tenants.lifecycle.manifest import DDL, MANIFEST, README, SETTINGS, Manifest, WrongManifest, is_safe_path, parse
from tenants.lifecycle.reading import open_checked, read_members, verify_archive
from tenants.lifecycle.streams import Meter
from tenants.lifecycle.tests.conftest import names_in
from tenants.lifecycle.tests.repacking import contents_of, pack, repack
from tenants.lifecycle.writing import ArchiveWriter, remove_leftovers, written_atomically

CSV = b'id,text\n1,"a ""quoted""\nline"\n2,plain\n3,""\n'


def write(target: Path, *, check: Callable[[Path], object] = verify_archive) -> Path:
    """Write a small archive."""
    with ArchiveWriter(target) as writer:
        writer.add_table("data/notes.csv", [CSV[:9], CSV[9:]], kind="table", columns=("id", "text"))
        writer.add_file("files/public/logo.png", io.BytesIO(b"logo"), 4)
        for path in (README, DDL, SETTINGS):
            writer.add_bytes(path, b"{}")
        manifest = Manifest(
            product_version="1",
            created_at_utc="2026-11-26T12:00:00+00:00",
            is_training=False,
            tenant={"id": "1", "slug": "gladbeck", "name": "Stadt Gladbeck", "schema": "t_gladbeck"},
            schema_version="v",
            migrations=(("staff", "0001_initial"),),
            members=tuple(writer.members),
        )
        writer.finish(manifest, check=check)
    return target


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    archive = write(tmp_path / "a.tar.gz")
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert names_in(tmp_path) == ["a.tar.gz"]
    manifest = verify_archive(archive)
    assert manifest.totals == {"tables": 1, "rows": 3, "files": 1, "file_bytes": 4, "bytes": len(CSV) + 4 + 6}
    seen = {}
    with open_checked(archive) as checked:
        read_members(checked, lambda member, blocks: seen.update({member.name: b"".join(blocks)}))
    assert seen == {"notes": CSV, "public/logo.png": b"logo"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text('a",\n\\ä', max_size=6), min_size=2, max_size=2), max_size=5), st.integers(1, 7))
def test_records_are_counted_wherever_the_stream_is_cut(rows: list[list[str]], size: int) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    data = "".join(",".join(map(quoted, row)) + "\n" for row in [["id", "text"], *rows]).encode()
    meter = Meter(counts_records=True)
    for start in range(0, len(data), size):
        meter.feed(data[start : start + size])
    assert (meter.rows, meter.bytes) == (len(rows), len(data))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a//b",
        "./a",
        "a/.",
        "C:/x",
        "a\\b",
        "a\nb",
        "a\0b",
        "x" * 1001,
        "ä" * 200,
    ],
)
def test_unsafe_names_are_refused(path: str) -> None:
    assert not is_safe_path(path)
    assert is_safe_path("files/public/portal/Ämter (1).pdf")


def test_a_file_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    write(tmp_path / "a.tar.gz")
    before = (tmp_path / "a.tar.gz").read_bytes()
    with pytest.raises(Conflict):
        write(tmp_path / "a.tar.gz")
    assert (tmp_path / "a.tar.gz").read_bytes() == before


def test_what_does_not_read_back_gets_no_name(tmp_path: Path) -> None:
    def refuse(_path: Path) -> None:
        raise ArchiveDamaged("as if the disk had lied")

    with pytest.raises(ArchiveDamaged):
        write(tmp_path / "a.tar.gz", check=refuse)
    assert names_in(tmp_path) == []


def test_one_writer_at_a_time_and_leftovers_go(tmp_path: Path) -> None:
    target = tmp_path / "gladbeck-1.tar.gz"
    with ArchiveWriter(target):
        remove_leftovers(tmp_path, "gladbeck")
        assert names_in(tmp_path) == [".gladbeck-1.tar.gz.part"]
        with pytest.raises(Conflict), ArchiveWriter(target):
            pass
    (tmp_path / ".gladbeck-0.tar.gz.part").write_bytes(b"of a killed run")
    remove_leftovers(tmp_path, "gladbeck")
    assert names_in(tmp_path) == []


def test_a_small_file_is_there_whole_or_as_before(tmp_path: Path) -> None:
    target = tmp_path / "proof.txt"
    target.write_bytes(b"before")

    def fill_up() -> None:
        with written_atomically(target) as file:
            file.write(b"half")
            raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        fill_up()
    assert target.read_bytes() == b"before"
    assert names_in(tmp_path) == ["proof.txt"]


def _truncated(archive: Path, target: Path) -> Path:
    target.write_bytes(archive.read_bytes()[:-40])
    return target


def _flipped(archive: Path, target: Path) -> Path:
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    target.write_bytes(data)
    return target


def _without(name: str) -> Callable[[Path, Path], Path]:
    return lambda archive, target: pack(target, {k: v for k, v in contents_of(archive).items() if k != name})


def _with(name: str, data: bytes) -> Callable[[Path, Path], Path]:
    return lambda archive, target: pack(target, {**contents_of(archive), name: data})


def _with_entry(**attributes: Any) -> Callable[[Path, Path], Path]:
    def more(tar: tarfile.TarFile) -> None:
        entry = tarfile.TarInfo("files/x")
        for name, value in attributes.items():
            setattr(entry, name, value)
        tar.addfile(entry)

    return lambda archive, target: pack(target, contents_of(archive), more=more)


def _told(**values: object) -> Callable[[Path, Path], Path]:
    return lambda archive, target: repack(archive, target, changes={}, manifest=lambda found: found.update(values))


@pytest.mark.parametrize(
    "change",
    [
        _truncated,
        _flipped,
        _without(MANIFEST),
        _without("data/notes.csv"),
        _without(SETTINGS),
        _with("data/more.csv", b"id\n1\n"),
        _with("data/notes.csv", CSV.replace(b"plain", b"other")),
        _with("data/notes.csv", CSV + b"4,x\n"),
        _with("../outside", b"x"),
        _with_entry(name="/etc/cron.d/x"),
        _with_entry(type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        _with_entry(type=tarfile.LNKTYPE, linkname="data/notes.csv"),
        _with_entry(type=tarfile.CHRTYPE),
        _with_entry(name="data/notes.csv"),
        _told(format=2),
        _told(members=[]),
        _told(tenant={}),
        _with(MANIFEST, b"[]"),
        _with(MANIFEST, b"\xff"),
        lambda _archive, target: pack(target, {}),
    ],
)
def test_whatever_was_changed_is_noticed(tmp_path: Path, change: Callable[[Path, Path], Path]) -> None:
    archive = write(tmp_path / "a.tar.gz")
    with pytest.raises(ArchiveDamaged) as refused:
        verify_archive(change(archive, tmp_path / "b.tar.gz"))
    assert "b.tar.gz" in refused.value.user_message


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no archive")
    with pytest.raises(ArchiveDamaged):
        verify_archive(tmp_path / "x")
    with pytest.raises(NotFound):
        verify_archive(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "member",
    [
        {"path": "data/../x.csv", "kind": "table", "columns": ["id"]},
        {"path": 'data/a"; DROP.csv', "kind": "table", "columns": ["id"]},
        {"path": "data/a.csv", "kind": "table", "columns": ['id"']},
        {"path": "data/a.csv", "kind": "table"},
        {"path": "files/a", "kind": "program"},
        {"path": "install.sh", "kind": "document"},
        {"path": "elsewhere/a", "kind": "file"},
        {"path": "files/a", "kind": "file", "bytes": -1},
        {"path": "files/a", "kind": "file", "sha256": "?"},
    ],
)
def test_a_member_that_no_export_writes_is_refused(tmp_path: Path, member: dict[str, Any]) -> None:
    document = json.loads(contents_of(write(tmp_path / "a.tar.gz"))[MANIFEST])
    document["members"].append({"bytes": 1, "sha256": "0" * 64, **member})
    with pytest.raises(WrongManifest):
        parse(json.dumps(document).encode())
