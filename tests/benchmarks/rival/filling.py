"""Many tenants for the rival in little time: equal copies of a tenant that it made itself.

Only the number of schemas matters while something else is measured. pg_dump writes its template as SQL, which is run
once for each new name; the registry's rows come from its own models (`operations.register`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable

import psycopg

from federation.devstack.binaries import dump_program
from tenants.databaseurl import DatabaseUrl
from tests.benchmarks.tenancy.names import TEMPLATE, schema_of


def copy_template(url: DatabaseUrl, numbers: Iterable[int]) -> None:
    """Make a schema `t_messstadt_<number>` equal to the template for each number."""
    with psycopg.connect(str(url), autocommit=True) as connection:
        statements = _dump(url, server_major=connection.info.server_version // 10000)
        for number in numbers:
            connection.execute(statements.replace(TEMPLATE, schema_of(number)).encode())


def _dump(url: DatabaseUrl, *, server_major: int) -> str:
    options = ["--schema", TEMPLATE, "--inserts", "--no-owner", "--no-privileges", "--dbname", str(url)]
    dumped = subprocess.run(
        [dump_program(server_major), *options], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    # Lines with a backslash are for psql alone.
    return "\n".join(line for line in dumped.splitlines() if line and not line.startswith(("--", "\\")))
