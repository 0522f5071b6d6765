"""Our part of Keycloak (deploy/keycloak/extension), built by Maven as a deployment builds it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from federation.devstack.errors import DevstackError
from federation.devstack.keycloak_java import Java, KeycloakUnavailableError, find_maven, run_tool

SOURCES: Final = Path(__file__).resolve().parents[2] / "deploy" / "keycloak" / "extension"
JAR: Final = "verbund-keycloak.jar"
_SECONDS: Final = 600


def sources_print() -> str:
    """Return a hash of everything that the extension is built from."""
    files = sorted(path for place in ("pom.xml", "src") for path in _files(SOURCES / place))
    known = hashlib.sha256()
    for path in files:
        known.update(f"{path.relative_to(SOURCES)}\0".encode() + path.read_bytes() + b"\0")
    return known.hexdigest()


def build_extension(folder: Path, *, java: Java) -> Path:
    """Build the extension in a folder of its own below this one, put its archive there, and return that.

    Raises: KeycloakUnavailableError without Maven, a compiler or a way to Maven Central.
    """
    with tempfile.TemporaryDirectory(prefix="extension.", dir=folder) as name:
        place = Path(name)
        shutil.copy2(SOURCES / "pom.xml", place)
        shutil.copytree(SOURCES / "src", place / "src")
        try:
            done = run_tool([find_maven(), "-q", "-B", "package"], folder=place, seconds=_SECONDS, java=java)
        except subprocess.TimeoutExpired as late:
            message = f"Maven did not build the extension of Keycloak within {_SECONDS} s."
            raise DevstackError(message) from late
        built = place / "target" / JAR
        if done.returncode != 0 or not built.is_file():
            message = (
                "Maven could not build the extension of Keycloak. It needs a JDK (not a JRE alone) and a way to Maven "
                f"Central or a mirror.\n{done.stdout.strip()[-3000:]}"
            )
            raise KeycloakUnavailableError(message)
        return Path(shutil.copy2(built, folder / JAR))


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
