"""No text reaches a training copy but those that somebody has looked at, column by column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from tenants.context import as_migration, as_operator
from tenants.ids import uuid7
from tenants.lifecycle import cloning
from tenants.lifecycle.importing import import_tenant as real_import
from tenants.lifecycle.services import clone_tenant
from tenants.lifecycle.tests.columns import PUBLISHED, TECHNICAL, kept_columns, tenant_models, text_fields
from tenants.lifecycle.tests.conftest import SYSTEM, Town
from tenants.lifecycle.tests.repacking import contents_of
from tenants.provisioning.services import suspend
from tenants.registry.models import Tenant

CANARY = "erikamuster"
# What a table asks of a row beyond its columns.
MORE: Mapping[str, Mapping[str, object]] = {"OpeningHours": {"weekday": 1, "opens": dt.time(8), "closes": dt.time(12)}}


def _listed(columns: Mapping[str, Mapping[str, str]]) -> set[tuple[str, str]]:
    return {(table, column) for table, reasons in columns.items() for column in reasons}


def test_every_text_that_a_copy_keeps_is_listed_with_a_reason() -> None:
    listed = _listed(PUBLISHED) | _listed(TECHNICAL)
    assert kept_columns() - listed == set(), "declare them as personal, or say in columns.py why a copy may have them"
    assert listed - kept_columns() == set(), "gone, or declared as personal"
    assert not _listed(PUBLISHED) & _listed(TECHNICAL)


def _value(field: models.Field[Any, Any]) -> object:
    """Return something for a column of a row that need only be there."""
    if isinstance(field, ArrayField):
        return []
    by_kind: list[tuple[type, object]] = [
        (models.UUIDField, uuid7()),
        (models.JSONField, {}),
        (models.BinaryField, b"x"),
        (models.BooleanField, True),
        (models.DateTimeField, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
        (models.DateField, dt.date(2026, 1, 1)),
        (models.IntegerField, 1),
        (models.FloatField, 1.0),
    ]
    return next((value for kind, value in by_kind if isinstance(field, kind)), "x")


def _ensure_row(model: type[models.Model]) -> models.Model:
    """Return a row of a table, made if there is none, with those that it refers to."""
    found = model._base_manager.first()
    if found is not None:
        return found
    given: dict[str, object] = dict(MORE.get(model.__name__, {}))
    for field in model._meta.concrete_fields:
        if field.is_relation and not field.null:
            given[field.name] = _ensure_row(field.related_model)  # type: ignore[arg-type]  # a model of ours
        elif not field.has_default() and not field.null and not field.is_relation:
            given[field.name] = _value(field)
    return model._base_manager.create(**given)


def _song(field: models.Field[Any, Any]) -> str:
    """Return the SQL of a canary that fits into a column. Names that are unique stay apart."""
    if isinstance(field, models.JSONField):
        return f"to_jsonb('{CANARY}'::text)"
    if isinstance(field, models.BinaryField):
        return f"'{CANARY}'::bytea"
    if isinstance(field, ArrayField):
        return f"ARRAY['{CANARY}']"
    return f"left('{CANARY}-' || md5(id::text), {field.max_length or 40})"


def _sing(town: Town) -> set[tuple[str, str]]:
    """Put a canary into one row's every text of every table, and return table and column of those that hold one."""
    singing = set()
    with as_migration(town.ref.schema), connection.cursor() as cursor:
        for model in tenant_models():
            table, key = model._meta.db_table, _ensure_row(model).pk
            fields = [one for one in text_fields(model) if (table, str(one.column)) not in _listed(TECHNICAL)]
            for field in fields:
                if field.choices or isinstance(field, ArrayField) or 0 < (field.max_length or 99) < len(CANARY):
                    continue
                query = f'UPDATE "{table}" SET "{field.column}" = {_song(field)} WHERE id = %s'  # noqa: S608 -- our own
                cursor.execute(query, [key])
                singing.add((table, str(field.column)))
    return singing


def _heard(schema: str) -> set[tuple[str, str]]:
    """Return table and column of every canary in a schema."""
    heard = set()
    with as_migration(schema), connection.cursor() as cursor:
        for model in tenant_models():
            for field in text_fields(model):
                cursor.execute(
                    f'SELECT count(*) FROM "{model._meta.db_table}" '  # noqa: S608 -- names of our own models
                    f"WHERE position('{CANARY}' IN {_as_text(field)}) > 0"
                )
                if cursor.fetchone() != (0,):
                    heard.add((model._meta.db_table, str(field.column)))
    return heard


def _as_text(field: models.Field[Any, Any]) -> str:
    is_binary = isinstance(field, models.BinaryField)
    return f"encode(\"{field.column}\", 'escape')" if is_binary else f'"{field.column}"::text'


def test_a_copy_has_the_listed_texts_and_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    singing = _sing(town)
    assert _heard(town.ref.schema) == singing
    assert {"decisions_overridehistory", "decisions_valuedraft", "staff_supportaccess"} <= {
        name for name, _c in singing
    }
    archives: list[Mapping[str, bytes]] = []

    def seen(**options: object) -> object:
        archives.append(contents_of(options["archive"]))  # type: ignore[arg-type]
        return real_import(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(cloning, "import_tenant", seen)
    clone = clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung")
    assert _heard(clone.imported.tenant.schema_name) == _listed(PUBLISHED)
    in_archive = {name for name, data in archives[0].items() if CANARY.encode() in data}
    # The manifest names the logo's file.
    assert in_archive - {"manifest.json"} == {f"data/{table}.csv" for table in PUBLISHED}


def test_a_copy_is_not_told_why_its_original_was_suspended(
    town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspend(actor=SYSTEM, slug=town.slug, reason=f"{CANARY} zahlt nicht")
    archives: list[Mapping[str, bytes]] = []

    def seen(**options: object) -> object:
        archives.append(contents_of(options["archive"]))  # type: ignore[arg-type]
        return real_import(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(cloning, "import_tenant", seen)
    clone = clone_tenant(actor=SYSTEM, slug=town.slug, new_slug=f"{town.slug}-schulung")
    with as_operator():
        copy = Tenant.objects.get(id=clone.imported.tenant.id)
    assert (copy.life, copy.suspended_reason) == ("live", "")
    assert not [name for name, data in archives[0].items() if CANARY.encode() in data]
