"""What lies in a backup: a database as PostgreSQL's own tool dumps it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection

import psycopg

from federation.devstack import pytest_plugin
from federation.devstack.binaries import dump_program


def dump_of(database: str) -> str:
    """Return the dump of a database of this test run, with all schemas. It holds what is committed."""
    admin = pytest_plugin.admin_url()
    address = str(admin.with_login(admin.user, admin.password, name=database))
    with psycopg.connect(address) as connection:
        program = dump_program(connection.info.server_version // 10000)
    done = subprocess.run([program, "--dbname", address], check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def dump_of_keys() -> str:
    """Return the dump of the database with the persons' data keys."""
    return dump_of(pytest_plugin.KEYS)


def tables_with(dump: str, values: Collection[str]) -> list[str]:
    """Return the tables in whose rows one of the values stands, in whatever case; bytes stand in hexadecimal form."""
    wanted = [form.lower() for one in values for form in (one, one.encode().hex())]
    head, *tables = re.split(r"^copy (?=\S+ \()", dump.lower(), flags=re.MULTILINE)
    found = ["(definitions)"] if any(one in head for one in wanted) else []
    return found + [table.partition(" ")[0] for table in tables if any(one in table for one in wanted)]
