"""Prepare a PostgreSQL server for a deployment: roles, database, the application's own login. Idempotent.

It runs with an administrative login (a superuser, or one that may create roles and databases) and before Django has
anything to connect to, so it speaks psycopg directly.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tenants.databaseurl import DatabaseUrl
from tenants.names import EXTENSION_SCHEMA, checked

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
# What the login may become. It inherits nothing: without SET ROLE it has no rights.
SETTABLE_GROUPS = ("migration", "umbrella", "operator", "editor", "accounts", "projector")
MINIMUM_VERSION = 150000


class UnsuitableServerError(RuntimeError):
    """The server can't be used; the message says why and what to do."""


@dataclass(frozen=True)
class Prepared:
    """The login for the application, and whether it was made now."""

    url: DatabaseUrl
    role_prefix: str


def prepare_database(admin: DatabaseUrl, *, database: str, role_prefix: str, password: str | None = None) -> Prepared:
    """Create what is missing of roles, database, extensions and login, and return the application's address.

    `password` keeps the login's password from an earlier start; without one a new password is set.
    Raises: UnsuitableServerError for a server that is too old or a login that may not create roles.
    """
    password = password or secrets.token_urlsafe(24)
    checked(role_prefix)
    with _maintenance(admin) as connection:
        _check_server(connection)
        _make_roles(connection, role_prefix, password)
        _make_database(connection, database, owner=f"{role_prefix}_migration")
    with psycopg.connect(
        str(admin.with_login(admin.user, admin.password, name=database)), autocommit=True
    ) as connection:
        _make_schemas(connection, database, role_prefix)
    return Prepared(admin.with_login(f"{role_prefix}_app", password, name=database), role_prefix)


def prepare_keys_database(admin: DatabaseUrl, *, database: str, login: str, password: str | None = None) -> DatabaseUrl:
    """Create what is missing of the database of data keys and its own login, and return its address.

    Nobody else may connect to it: not the application's login, nor any tenant's role.
    Raises: UnsuitableServerError, see `prepare_database`.
    """
    password = password or secrets.token_urlsafe(24)
    name, owner = sql.Identifier(checked(database)), sql.Identifier(checked(login))
    with _maintenance(admin) as connection:
        _check_server(connection)
        exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone()
        verb = sql.SQL("ALTER ROLE {} WITH LOGIN PASSWORD {}" if exists else "CREATE ROLE {} WITH LOGIN PASSWORD {}")
        connection.execute(verb.format(owner, sql.Literal(password)))
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
        _make_database(connection, database, owner=login)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    return admin.with_login(login, password, name=database)


def _maintenance(admin: DatabaseUrl) -> psycopg.Connection[Any]:
    """Connect to the named database, or to the server's own one where the named one is yet to be made."""
    try:
        return psycopg.connect(str(admin), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as refused:
        if "does not exist" not in str(refused):
            raise
    own = admin.with_login(admin.user, admin.password, name="postgres")
    return psycopg.connect(str(own), autocommit=True, connect_timeout=10)


def _check_server(connection: psycopg.Connection[Any]) -> None:
    if connection.info.server_version < MINIMUM_VERSION:
        message = f"PostgreSQL 15 to 18 is needed; this server is {connection.info.server_version // 10000}."
        raise UnsuitableServerError(message)
    row = connection.execute(
        "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
    )
    if not (row.fetchone() or (False,))[0]:
        message = (
            "This login may not create roles and databases: give one that may (a superuser, or CREATEROLE CREATEDB)."
        )
        raise UnsuitableServerError(message)


def _make_roles(connection: psycopg.Connection[Any], prefix: str, password: str) -> None:
    existing = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    attributes = {"migration": "NOLOGIN CREATEROLE", "app": "LOGIN NOINHERIT"}
    for group in (*SETTABLE_GROUPS, "tenant", "app"):
        role = sql.Identifier(f"{prefix}_{group}")
        verb = "ALTER" if f"{prefix}_{group}" in existing else "CREATE"
        options = attributes.get(group, "NOLOGIN")
        connection.execute(sql.SQL(f"{verb} ROLE {{}} WITH {options}").format(role))
    app, migration = sql.Identifier(f"{prefix}_app"), sql.Identifier(f"{prefix}_migration")
    connection.execute(sql.SQL("ALTER ROLE {} WITH PASSWORD {}").format(app, sql.Literal(password)))
    for group in SETTABLE_GROUPS:
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(f"{prefix}_{group}"), app))
    # Onboarding gives each tenant's role the shared rights and lets the login become it.
    tenant_group = sql.Identifier(f"{prefix}_tenant")
    connection.execute(sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(tenant_group, migration))
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(migration))


def _make_database(connection: psycopg.Connection[Any], database: str, *, owner: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    if found:
        return
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
            sql.Identifier(database), sql.Identifier(owner)
        )
    )


def _make_schemas(connection: psycopg.Connection[Any], database: str, prefix: str) -> None:
    migration = sql.Identifier(f"{prefix}_migration")
    groups = sql.SQL(", ").join(sql.Identifier(f"{prefix}_{group}") for group in (*SETTABLE_GROUPS[1:], "tenant"))
    extensions = sql.Identifier(EXTENSION_SCHEMA)
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(f"{prefix}_app")),
        sql.SQL("GRANT CREATE, CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), migration),
        sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
        sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(migration),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(groups),
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(extensions, migration),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(extensions, groups),
    ):
        connection.execute(statement)
    for name in EXTENSIONS:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA {}").format(sql.Identifier(name), extensions)
        )
