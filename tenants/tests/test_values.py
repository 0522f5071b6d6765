"""Small things that everything else leans on: names, addresses of databases, sorting, keys, rights, files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tenants import names
from tenants.context import NoTenantError, in_tenant
from tenants.databaseurl import DatabaseUrl, parse_database_url
from tenants.files import TenantStorage
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo
from tenants.rights import SharedAppConfig, list_row_rules, list_table_rights
from tenants.sorting import german_sort_key, slug_of

words = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=20
)


@given(user=words, password=words, name=words)
def test_a_database_address_survives_being_written_and_read(user: str, password: str, name: str) -> None:
    url = DatabaseUrl(
        name=name, user=user, password=password, host="db.example", port="5432", options={"sslmode": "verify-full"}
    )
    assert parse_database_url(str(url)) == url


def test_a_socket_survives_too() -> None:
    url = parse_database_url("postgresql:///verbund?host=/run/postgresql")
    assert (url.host, url.name) == ("/run/postgresql", "verbund")
    assert parse_database_url(str(url)) == url


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "postgresql://host/", "verbund"])
def test_what_is_no_database_address_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(ValueError, match="a database address"):
        parse_database_url(url)


def test_a_password_is_not_in_what_is_printed_by_accident() -> None:
    assert "secret" not in repr(parse_database_url("postgresql://u:secret@h/d"))


@pytest.mark.parametrize("name", ["", "Drop", "a b", 'a"b', "a;b", "ä", "1a", "a" * 64])
def test_names_that_could_do_harm_in_sql_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="schema or role"):
        names.checked(name)


def test_german_names_sort_as_readers_expect() -> None:
    towns = ["Oelde", "Öhringen", "Ofen", "Zorge", "Ahlen", "Äpfingen", "Münster", "Marl"]
    assert sorted(towns, key=german_sort_key) == [
        "Ahlen", "Äpfingen", "Marl", "Münster", "Oelde", "Ofen", "Öhringen", "Zorge",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Haltern am See", "haltern-am-see"),
        ("Düren", "dueren"),
        ("Castrop-Rauxel", "castrop-rauxel"),
        ("Weßling", "wessling"),
    ],
)
def test_short_names(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert names.SLUG_PATTERN.fullmatch(slug)


def test_keys_come_in_order() -> None:
    keys = [uuid7() for _ in range(1000)]
    assert keys == sorted(keys)
    assert all(key.version == 7 for key in keys)


def test_every_shared_model_declares_its_rights() -> None:
    declared = set(list_table_rights())
    missing = {
        model._meta.db_table
        for config in apps.get_app_configs()
        if isinstance(config, SharedAppConfig)
        for model in config.get_models()
    } - declared
    assert not missing
    assert set(list_row_rules()) <= declared


@pytest.mark.django_db
def test_files_lie_in_the_folder_of_their_tenant(
    settings: Settings, tmp_path: Path, gladbeck: TenantInfo, dorsten: TenantInfo
) -> None:
    settings.MEDIA_ROOT = tmp_path
    storage = TenantStorage()
    with in_tenant(gladbeck.ref):
        name = storage.save("public/wappen.PNG", ContentFile(b"x"))
        assert storage.exists(name)
        assert name.endswith(".png")
        assert "wappen" not in name
        with pytest.raises(SuspiciousFileOperation):
            storage.path(f"../{dorsten.ref.schema}/x")
    assert [path.parts[-3] for path in tmp_path.rglob("*.png")] == [gladbeck.ref.schema]
    with in_tenant(dorsten.ref):
        assert not storage.exists(name)
    with pytest.raises(NoTenantError):
        storage.exists(name)
