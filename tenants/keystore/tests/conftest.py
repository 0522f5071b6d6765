"""A key store of one test's own: new master keys in the one that all tests share would shut the others out."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from pytest_django import Settings

from federation.devstack import pytest_plugin
from tenants.keystore import store


@pytest.fixture
def own_store(settings: Settings) -> Iterator[str]:
    """Return the address of an empty key store, which the settings name."""
    name = pytest_plugin.database_name("_keys")
    pytest_plugin.drop_database(name)
    admin = pytest_plugin.admin_url()
    with psycopg.connect(str(admin.with_login(admin.user, admin.password, name="postgres")), autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(pytest_plugin.KEYS))
        )
    usual = settings.VERBUND_KEYS_DATABASE_URL
    address = f"{usual.rpartition('/')[0]}/{name}"
    settings.VERBUND_KEYS_DATABASE_URL = address
    store.prepare(address)
    yield address
    store.disconnect()
    pytest_plugin.drop_database(name)
