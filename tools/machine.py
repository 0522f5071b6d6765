"""What the machine has, and how to get what it lacks: venv, npm, Chromium, fonts."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

# Chromium without a window of its own comes first: it opens each new visitor's pages in less than half the time.
_SHELL = "chromium-headless-shell"
_BROWSERS = (_SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_FONTS = ("fonts-dejavu", "fonts-liberation")


def make_venv(folder: Path) -> None:
    """Make a virtual environment with pip in it.

    Debian leaves `ensurepip` out of python3: root installs it, others get along with the pip of the machine, if any.
    """
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        _apt_install([f"python{version}-venv"])
    # Asked of a new process: this one has cached that the module is missing.
    if _succeeds(sys.executable, "-c", "import ensurepip"):
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        return
    if _succeeds(sys.executable, "-m", "virtualenv", str(folder)):
        return
    if importlib.util.find_spec("pip") is not None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        target = folder / "bin" / "python"
        if _succeeds(sys.executable, "-m", "pip", "--python", str(target), "install", "--quiet", "pip"):
            return
    sys.exit(
        f"{sys.executable} cannot make virtual environments with pip. Have `python3-venv` installed "
        "(Debian, Ubuntu: sudo apt-get install python3-venv), or name another: make PYTHON=/path/to/python3.12 …"
    )


def pip_environment() -> dict[str, str]:
    """Return the environment for pip: the person's own settings, without what would move the installation elsewhere."""
    unwanted = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def with_bytecode(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return an environment in which Python keeps what it compiles: in this folder, where it may not beside the code.

    Without, each of the many processes that we start compiles the whole product: three seconds.
    """
    kept = dict(environment)
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):
        kept.setdefault("PYTHONPYCACHEPREFIX", str(folder))
    return kept


def find_npm(venv: Path) -> Path | None:
    """Return npm from the machine (with a Node that is not too old), else the one in the virtual environment."""
    found = shutil.which("npm")
    if found and _node_major(shutil.which("node")) >= 18:
        return Path(found)
    inside = venv / "bin" / "npm"
    return inside if inside.exists() else None


def find_or_install_chromium(say: Callable[[str], None]) -> str:
    """Return the path of Chromium or Chrome; root gets it, and fonts for stable pictures, from the distribution."""
    named = os.environ.get("VERBUND_CHROMIUM")
    if named:
        return named
    if shutil.which(_SHELL) is None:
        _install([_SHELL], say)  # not every distribution has it
    if shutil.which("dpkg-query"):
        _install([font for font in _FONTS if not _succeeds("dpkg-query", "--show", font)], say)
    if not _find_browser():
        _install(["chromium"], say)
    found = _find_browser()
    if not found:
        sys.exit(
            "The tests need Chromium. Install it (Debian: sudo apt-get install chromium), "
            "or name a browser: VERBUND_CHROMIUM=/path/to/chrome make test"
        )
    return found


def install_packages(names: list[str], *, needed_for: str, program: str, say: Callable[[str], None]) -> None:
    """Make sure that a program is there. Effects: root installs Debian packages; others are told their names."""
    if shutil.which(program):
        return
    _install(names, say)
    if not shutil.which(program):
        sys.exit(f"{program} is missing; {needed_for} need it. Install {', '.join(names)}.")


def offer_packages(names: list[str], *, wanted_for: str, program: str, say: Callable[[str], None]) -> None:
    """Get a program that can be done without. Effects: root installs Debian packages; others are told their names."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin"
    if shutil.which(program, path=places):
        return
    _install(names, say)
    if not shutil.which(program, path=places):
        say(f"  ! {program} is missing: {wanted_for} will be skipped. Install {', '.join(names)} to run them.")


def offer_java(say: Callable[[str], None]) -> None:
    """Get Java and Maven for Keycloak. What is still missing then is told by what starts Keycloak."""
    has_java = shutil.which("java") is not None or bool(os.environ.get("JAVA_HOME"))
    missing = [*([] if has_java else ["default-jdk-headless"]), *([] if shutil.which("mvn") else ["maven"])]
    _install(missing, say)


def _find_browser() -> str | None:
    for name in _BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    return next((path for path in _MAC_BROWSERS if Path(path).exists()), None)


def _node_major(node: str | None) -> int:
    if not node:
        return 0
    shown = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    try:
        return int(shown.strip().lstrip("v").split(".")[0])
    except ValueError:
        return 0


def _install(names: list[str], say: Callable[[str], None]) -> None:
    if names and _can_install():
        say(f"  … {', '.join(names)} (apt-get)")
        _apt_install(names)


def _can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt_install(names: list[str]) -> None:
    """Install Debian packages where root may; a failure is told by what is still missing afterwards."""
    if not _can_install():
        return
    install = ["install", "-y", "-qq", "--no-install-recommends", *names]
    if not _apt_get(*install):
        _apt_get("update", "-qq")
        _apt_get(*install)


def _apt_get(*arguments: str) -> bool:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["apt-get", *arguments], check=False, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    return done.returncode == 0


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
