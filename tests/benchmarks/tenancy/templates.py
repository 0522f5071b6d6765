"""The source texts that `modules` writes."""

from __future__ import annotations

from typing import Final

PASS_ON: Final = """from importlib import import_module

Migration = import_module("{module}").Migration
"""
ADD_COLUMN: Final = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "{before}")]
    operations = [
        migrations.AddField("notice", "bench_{number}", models.CharField(max_length=40, null=True)),
    ]
"""
APP: Final = """from tenants.personal import NOTHING, TenantAppConfig


class MoreTablesConfig(TenantAppConfig):
    name = "{name}"
    label = "more_tables"
"""
MODELS: Final = """from django.db import models

from tenants.ids import uuid7

"""
_FIELDS: Final = """models.UUIDField(primary_key=True, default=uuid7, editable=False)
models.CharField(max_length=60, unique=True)
models.CharField(max_length=30, default="new")
models.CharField(max_length=200, blank=True)
models.JSONField(default=dict)
models.UUIDField(null=True)
models.PositiveIntegerField(default=1)
models.DateTimeField(auto_now_add=True)
models.DateTimeField(null=True)""".splitlines()
_NAMES: Final = ("id", "number", "state", "title", "data", "service_id", "version", "created_at", "closed_at")


def _columns(table: int) -> list[tuple[str, str]]:
    """Return the columns of a table: like a case or an application, and from the second on with its predecessor."""
    columns = list(zip(_NAMES, _FIELDS, strict=True))
    if table > 1:
        columns.append(("parent", f'models.ForeignKey("more_tables.Table{table - 1}", on_delete=models.PROTECT)'))
    return columns


def model(table: int) -> str:
    """Return a model as its migrations leave it."""
    columns = [*_columns(table), _NOTE]
    lines = "\n".join(f"    {name} = {field}" for name, field in columns)
    return f"\nclass Table{table}(models.Model):\n{lines}\n"


_NOTE: Final = ("note", 'models.TextField(blank=True, default="")')
_FIRST_LENGTH: Final = 20
_LAST_LENGTH: Final = 30
_BEGINS_WITH: Final = 3


def young_history(table: int) -> list[tuple[str, str]]:
    """Return what a table's three migrations do, by their names: make it, add its last column, widen a column."""
    return [_make(table, _columns(table)), _add(table, _NOTE), _widen(table, _LAST_LENGTH)]


def long_history(table: int) -> list[tuple[str, str]]:
    """Return what thirteen or fourteen do that end in the same table: columns came singly, one was widened often."""
    columns = [*_columns(table), _NOTE]
    widened = range(_FIRST_LENGTH + 2, _LAST_LENGTH + 1, 2)
    return [
        _make(table, columns[:_BEGINS_WITH]),
        *(_add(table, column) for column in columns[_BEGINS_WITH:]),
        *(_widen(table, length) for length in widened),
    ]


def _make(table: int, columns: list[tuple[str, str]]) -> tuple[str, str]:
    shorter = f"max_length={_FIRST_LENGTH}"
    fields = ", ".join(f'("{name}", {field.replace("max_length=30", shorter)})' for name, field in columns)
    return "table", f'migrations.CreateModel("Table{table}", [{fields}])'


def _add(table: int, column: tuple[str, str]) -> tuple[str, str]:
    name, field = column
    # What a new column needs to be added to rows that are there already; the model has no such default.
    once = field.replace("auto_now_add=True", "auto_now_add=True, default=timezone.now")
    keeps = "" if once == field else ", preserve_default=False"
    return name, f'migrations.AddField("table{table}", "{name}", {once}{keeps})'


def _widen(table: int, length: int) -> tuple[str, str]:
    longer = f'models.CharField(max_length={length}, default="new")'
    return f"state_{length}", f'migrations.AlterField("table{table}", "state", {longer})'


def migration(operation: str, *, before: str) -> str:
    """Return a migration with one operation, after the one before."""
    dependencies = f'[("more_tables", "{before}")]' if before else "[]"
    return (
        "from django.db import migrations, models\nfrom django.utils import timezone\n\n"
        "from tenants.ids import uuid7\n\n\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = {dependencies}\n    operations = [{operation}]\n"
    )
