"""A Keycloak of our own, on free ports of this machine: in memory for tests, on PostgreSQL for the demo.

Java is started directly, not by Keycloak's shell script: the kernel then ends it with us, even after a kill -9.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from federation.devstack.account import Account, server_account
from federation.devstack.errors import with_log_tail
from federation.devstack.homes import open_home
from federation.devstack.keycloak_distribution import built_distribution
from federation.devstack.keycloak_java import Java, find_java
from federation.devstack.ports import LOOPBACK, free_port
from federation.devstack.processes import spawn, stop_process
from federation.devstack.secrets_file import read_private_json, write_private_json

# Browsers take Keycloak's Secure cookies without TLS, and passkeys, from this name only.
HOST: Final = "localhost"
ADMIN_CLIENT: Final = "verbund-admin"
_HOSTS: Final = "hosts"
_READY_SECONDS: Final = 180
_JAVA_OPTIONS: Final = (
    "-Dfile.encoding=UTF-8",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UseSerialGC",  # two cores are shared with everything else
    "-XX:TieredStopAtLevel=1",  # a start in half the time; it never lives long enough for better code
    "-Djava.security.egd=file:/dev/urandom",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Dquarkus-log-max-startup-records=10000",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.security=ALL-UNNAMED",
)
# In memory there are invented people only. Their passwords need no protection, and a good hash takes half a second.
_CHEAP_PASSWORDS: Final = (
    "--spi-password-hashing--argon2--iterations=1",
    "--spi-password-hashing--argon2--memory=64",
)


@dataclass(frozen=True, kw_only=True)
class KeycloakServer:
    """A started server. `admin_secret` opens its realm `master` for the client `verbund-admin`."""

    process: subprocess.Popen[bytes]
    port: int
    management_port: int
    admin_secret: str = field(repr=False)
    log: Path
    hosts: Path
    admin_client: str = ADMIN_CLIENT

    @property
    def url(self) -> str:
        """Return the address under which browsers and programs reach it."""
        return f"http://{HOST}:{self.port}"

    def wait_until_ready(self, *, seconds: float = _READY_SECONDS) -> None:
        """Wait until its schema is there, too: the log says "started" before. Raises: DevstackError."""
        address = f"http://{LOOPBACK}:{self.management_port}/health/ready"
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                message = "Keycloak ended while it started."
                raise with_log_tail(message, self.log)
            # It answers 503 until then.
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.5)
        message = f"Keycloak is not ready after {seconds:.0f} s."
        raise with_log_tail(message, self.log)

    def stop(self) -> None:
        """End the server."""
        stop_process(self.process, with_signal=signal.SIGTERM, patience_seconds=20)


def start_keycloak(
    place: Path,
    *,
    log: Path,
    themes: Path,
    database_url: str = "",
    heap_megabytes: int = 256,
) -> KeycloakServer:
    """Start a server whose folder is `place`, and return without waiting: see `wait_until_ready`.

    `database_url` is that of a PostgreSQL database of its own; without one everything is in memory. Ports and the
    administrator's secret lie beside the folder and stay the same from start to start. Realms come afterwards, by
    `verbund identity apply`, as in every deployment.
    Raises: KeycloakUnavailableError without Java or a way to fetch Keycloak; DevstackError.
    """
    account = server_account(place)
    java = find_java(account)
    programs = built_distribution("postgres" if database_url else "dev-mem", java=java)
    home = open_home(place, account)
    private = place.with_name(f"{place.name}.json")
    known = read_private_json(private)
    admin_secret = str(known.get("admin_secret") or secrets.token_urlsafe(32))
    port = free_port(known.get("port"))
    management_port = _other_port(known.get("management_port"), unlike=port)
    ports = {"port": port, "management_port": management_port}
    write_private_json(private, {"admin_secret": admin_secret, **ports})
    _fill_home(home, programs=programs, themes=themes, account=account)
    # Java looks up the machine's own name while it starts.
    write_hosts(home / _HOSTS, names=[socket.gethostname(), *_database_names(database_url)])
    process = spawn(
        [
            *_command(java, home=home, programs=programs, ports=ports, heap_megabytes=heap_megabytes),
            *(() if database_url else _CHEAP_PASSWORDS),
        ],
        log=log,
        account=account,
        environment=_environment(admin_secret, database_url=database_url, home=home),
    )
    return KeycloakServer(
        process=process,
        log=log,
        admin_secret=admin_secret,
        port=port,
        management_port=management_port,
        hosts=home / _HOSTS,
    )


def write_hosts(path: Path, *, names: Iterable[str | tuple[str, str]]) -> None:
    """Say which names Keycloak finds, each on this machine or at an address of its own; it reads this at each look.

    Java asks the system, and most systems do not know names below .localhost as browsers do: Keycloak could then tell
    no portal that a sign-in is over. What stands here already stays.
    """
    known = path.read_text(encoding="utf-8").splitlines() if path.exists() else [f"{LOOPBACK} {HOST}"]
    pairs = [(LOOPBACK, one) if isinstance(one, str) else one for one in names]
    lines = dict.fromkeys([*known, *(f"{address} {name}" for address, name in pairs)])
    half_done = path.with_name(f"{path.name}.{os.getpid()}.new")
    half_done.write_text("\n".join(lines) + "\n", encoding="utf-8")
    half_done.chmod(0o644)
    half_done.replace(path)


def _database_names(database_url: str) -> list[tuple[str, str]]:
    host = urlsplit(database_url).hostname if database_url else None
    return [(socket.gethostbyname(host), host)] if host and host != HOST else []


def _other_port(preferred: int | None, *, unlike: int) -> int:
    port = free_port(preferred)
    while port == unlike:
        port = free_port()
    return port


def _fill_home(home: Path, *, programs: Path, themes: Path, account: Account | None) -> None:
    """Lay out what Keycloak reads from its home: programs by links, the themes as a copy that its account may read."""
    shutil.rmtree(home / "themes", ignore_errors=True)
    for name in ("lib", "conf", "providers", "bin"):
        link = home / name
        link.unlink(missing_ok=True)
        link.symlink_to(programs / name)
    shutil.copytree(themes, home / "themes")
    (home / "data").mkdir(exist_ok=True)
    if account:
        for path in (home / "data", home / "themes", *(home / "themes").rglob("*")):
            account.own(path)


def _command(
    java: Java, *, home: Path, programs: Path, ports: Mapping[str, int], heap_megabytes: int
) -> list[str | Path]:
    return [
        java.program,
        "-Xms64m",
        f"-Xmx{heap_megabytes}m",
        *_JAVA_OPTIONS,
        f"-Dkc.home.dir={home}",
        f"-Djdk.net.hosts.file={home / _HOSTS}",
        f"-Djboss.server.config.dir={home / 'conf'}",
        "-cp",
        programs / "lib" / "quarkus-run.jar",
        "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
        "start",
        "--optimized",
        "--http-enabled=true",
        f"--http-host={LOOPBACK}",
        f"--http-port={ports['port']}",
        f"--http-management-port={ports['management_port']}",
        f"--hostname=http://{HOST}:{ports['port']}",
        # Without it ports of a cluster open on the outside address.
        "--cache=local",
        "--log-level=INFO",
    ]


def _environment(admin_secret: str, *, database_url: str, home: Path) -> dict[str, str]:
    """Return the environment: secrets stand here, since a command line can be read by everybody on this machine."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KC_", "VERBUND_", "QUARKUS_"))}
    own |= {
        "HOME": str(home),
        "KC_BOOTSTRAP_ADMIN_CLIENT_ID": ADMIN_CLIENT,
        "KC_BOOTSTRAP_ADMIN_CLIENT_SECRET": admin_secret,
    }
    if database_url:
        parts = urlsplit(database_url)
        own |= {
            "KC_DB_URL": f"jdbc:postgresql://{parts.hostname}:{parts.port or 5432}{parts.path}",
            "KC_DB_USERNAME": parts.username or "",
            "KC_DB_PASSWORD": parts.password or "",
        }
    return own
