"""Folders for servers: in the checkout where that works, elsewhere where it is closed, never someone else's."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from federation.devstack import homes
from federation.devstack.account import server_account
from federation.devstack.homes import open_home, remove_home
from federation.devstack.ports import LOOPBACK, free_port
from federation.devstack.report import _with_addresses
from federation.devstack.secrets_file import read_private_json, write_private_json

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands servers to another account")


def test_folder_is_made_once_and_removed(tmp_path: Path) -> None:
    place = tmp_path / "valkey"
    home = open_home(place, server_account(place))
    (home / "kept").touch()
    assert open_home(place, server_account(place)) == home
    assert (place / "kept").exists()
    remove_home(place)
    remove_home(place)
    assert not home.exists()
    assert not place.is_symlink()


def test_what_may_be_lost_lies_in_memory_and_goes_with_its_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, here, gone = (tmp_path / name for name in ("memory", "here", "gone"))
    for folder in (memory, here, gone):
        folder.mkdir()
    monkeypatch.setattr(homes, "_MEMORY", memory)
    monkeypatch.setattr(homes, "_has_room_in_memory", lambda: True)
    kept, lost = (open_home(folder / "postgres", None, may_be_lost=True) for folder in (here, gone))
    assert (kept.parent, lost.parent) == (memory, memory)
    shutil.rmtree(gone)
    another = open_home(here / "another", None, may_be_lost=True)
    assert (kept.exists(), lost.exists()) == (True, False)
    assert open_home(here / "postgres", None, may_be_lost=True) == kept
    for place in (here / "postgres", here / "another"):
        remove_home(place)
    assert not another.exists()
    assert not list(memory.iterdir())


def test_without_room_in_memory_it_lies_in_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "_has_room_in_memory", lambda: False)
    home = open_home(tmp_path / "postgres", None, may_be_lost=True)
    assert home == (tmp_path / "postgres").resolve()


@needs_root
def test_closed_folder_sends_data_elsewhere_and_stays_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = server_account()
    assert account is not None
    home = open_home(closed / "postgres", account)
    assert closed not in home.parents
    assert (closed.stat().st_mode & 0o777, home.stat().st_mode & 0o777) == (0o700, 0o700)
    assert account.can_enter(home)
    remove_home(closed / "postgres")
    assert not list(home.parent.glob(f"{home.name}*"))


@needs_root
def test_copied_checkout_does_not_share_data_with_the_original(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir(mode=0o700)
    home = open_home(original / "postgres", server_account())
    shutil.copytree(original, copy, symlinks=True)
    remove_home(copy / "postgres")
    assert home.exists()
    other = open_home(copy / "postgres", server_account())
    assert other != home
    remove_home(original / "postgres")
    remove_home(copy / "postgres")


def test_taken_port_is_passed_over() -> None:

    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) != port
    assert free_port(None, port) == port


def test_no_outgoing_connection_is_given_the_port_of_a_server_that_is_slow_to_start() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    assert len({free_port() for _ in range(20)}) > 15
    assert all(free_port() < first for _ in range(20))


def test_private_file_is_private_and_bad_contents_count_as_none(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secrets.json"
    write_private_json(path, {"password": "ä"})
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_private_json(path) == {"password": "ä"}
    path.write_text("{cut", encoding="utf-8")
    assert read_private_json(path) == {}


def test_every_host_gets_an_address() -> None:
    told = {"regions": [{"host": "el.localhost"}], "console": {"host": "konsole.localhost", "url": "http://k/"}}
    report = _with_addresses(told, port=8001)
    assert report["regions"][0]["url"] == "http://el.localhost:8001/"
    assert report["console"]["url"] == "http://k/"
