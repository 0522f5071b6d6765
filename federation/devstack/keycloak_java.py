"""The Java and Maven that Keycloak needs: found on the machine, never brought along."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from federation.devstack.account import Account, popen_arguments
from federation.devstack.errors import DevstackError

OLDEST_JAVA: Final = 17
_PLACES: Final = (Path("/usr/lib/jvm"), Path("/usr/java"), Path("/Library/Java/JavaVirtualMachines"))
_ADVICE: Final = (
    f"Keycloak needs Java {OLDEST_JAVA} or newer and Maven. Install them (Debian, Ubuntu: sudo apt-get install "
    "default-jdk-headless maven), or name a JDK: JAVA_HOME=/path/to/jdk make …"
)


@dataclass(frozen=True)
class Java:
    """A Java of this machine."""

    program: Path
    major: int

    @property
    def home(self) -> Path:
        """Return the folder that programs call JAVA_HOME."""
        return self.program.parent.parent


class KeycloakUnavailableError(DevstackError):
    """This machine cannot run Keycloak; the message says what to install."""


def find_java(account: Account | None = None) -> Java:
    """Return the Java of JAVA_HOME, else of PATH, else a newest installed one that the account can run.

    Raises: KeycloakUnavailableError when there is none that is new enough.
    """
    seen: dict[Path, int] = {}
    for program in _candidates():
        real = program.resolve()
        if real in seen:
            continue
        seen[real] = major = _major(real, account)
        if major >= OLDEST_JAVA:
            return Java(real, major)
    found = ", ".join(f"{path} ({major or 'does not start'})" for path, major in seen.items())
    message = f"{_ADVICE}. Found: {found or 'no Java'}."
    raise KeycloakUnavailableError(message)


def find_maven() -> Path:
    """Return the program `mvn`. Raises: KeycloakUnavailableError when there is none."""
    found = shutil.which("mvn")
    if found is None:
        message = f"{_ADVICE}. Found: no mvn."
        raise KeycloakUnavailableError(message)
    return Path(found)


def run_tool(
    command: Sequence[str | Path], *, folder: Path, seconds: float, java: Java | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Maven, or Keycloak's own tool, to its end; what it says is kept, errors beside the rest.

    `java` is the one that it runs on; without it the tool finds its own. Raises: subprocess.TimeoutExpired.
    """
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "JAVA_HOME": str(java.home)} if java else None,
        timeout=seconds,
    )


def _candidates() -> Iterator[Path]:
    named = os.environ.get("JAVA_HOME")
    if named:
        yield Path(named) / "bin" / "java"
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path)
    for place in _PLACES:
        for pattern in ("*/bin/java", "*/Contents/Home/bin/java"):
            yield from sorted(place.glob(pattern), reverse=True)


def _major(program: Path, account: Account | None) -> int:
    """Return the major version that a Java tells, 0 for one that does not start."""
    try:
        told = subprocess.run(
            [str(program), "-version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            **popen_arguments(account),
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found.group(1)) if found and told.returncode == 0 else 0
