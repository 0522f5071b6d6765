"""Keycloak beside the demo: on the demo's PostgreSQL, with realm, simulators, people, and a client for each portal."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from federation.devstack.environment import ROOT, STATE_DIR, demo_secrets
from federation.devstack.keycloak import start_keycloak, write_hosts
from federation.devstack.processes import Supervisor
from federation.devstack.steps import VERBUND, run, step

_NAME: Final = "verbund_keycloak"
_THEMES: Final = ROOT / "deploy" / "keycloak" / "themes"


def start_keycloak_of_demo(supervisor: Supervisor, *, environment: Mapping[str, str], admin_url: str) -> dict[str, str]:
    """Start Keycloak, bring it to what is described, and return the settings that switch logins over to it.

    Raises: KeycloakUnavailableError without a JDK or Maven; DevstackError.
    """
    logs: Path = STATE_DIR / "logs"
    with step("Keycloak (the first time it is fetched and built)"):
        database_url = _prepare_database(admin_url, password=demo_secrets()["keycloak_password"])
        server = start_keycloak(
            STATE_DIR / "keycloak", log=logs / "keycloak.log", themes=_THEMES, database_url=database_url,
            heap_megabytes=512,
        )  # fmt: skip
        supervisor.adopt("keycloak", server.process, stop_signal=signal.SIGTERM)
        server.wait_until_ready()
    settings = {
        "VERBUND_LOGIN": "keycloak",
        "VERBUND_KEYCLOAK_URL": server.url,
        "VERBUND_KEYCLOAK_REALM": "verbund",
        "VERBUND_KEYCLOAK_KEY": demo_secrets()["keycloak_key"],
        "VERBUND_SIMULATORS": "1",
    }
    administrative = {
        **environment,
        **settings,
        "VERBUND_KEYCLOAK_ADMIN_CLIENT_ID": server.admin_client,
        "VERBUND_KEYCLOAK_ADMIN_CLIENT_SECRET": server.admin_secret,
        "VERBUND_KEYCLOAK_TIMEOUT_SECONDS": "60",
    }
    described = json.loads(run([*VERBUND, "demo", "describe"], environment=administrative))
    portals = [*described["regions"], *described["tenants"], described["console"]]
    write_hosts(server.hosts, names=[one["host"] for one in portals])
    with step("Realm, clients, simulated identity providers"):
        for command in (["apply", "--yes"], ["clients"], ["cast"]):
            run([*VERBUND, "identity", *command], environment=administrative)
    return settings


def _prepare_database(admin_url: str, *, password: str) -> str:
    """Make Keycloak's own login and database on the demo's server; return its address."""
    own = urlsplit(admin_url)
    maintenance = urlunsplit((own.scheme, own.netloc, "/postgres", own.query, ""))
    name = sql.Identifier(_NAME)
    with psycopg.connect(maintenance, autocommit=True, connect_timeout=10) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_NAME]).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, name, sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_NAME]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
    login = f"{_NAME}:{password}@{own.hostname}:{own.port or 5432}"
    return urlunsplit((own.scheme, login, f"/{_NAME}", "", ""))
