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
    columns = [*_columns(table), ("note", 'models.TextField(blank=True, default="")')]
    lines = "\n".join(f"    {name} = {field}" for name, field in columns)
    return f"\nclass Table{table}(models.Model):\n{lines}\n"


KINDS: Final = ("table", "column", "length")


def migration(kind: str, table: int, *, before: str) -> str:
    """Return one of a table's migrations: makes it, adds its last column, or lets a column hold more."""
    if kind == "table":
        fields = ", ".join(
            f'("{name}", {field.replace("max_length=30", "max_length=20")})' for name, field in _columns(table)
        )
        operation = f'migrations.CreateModel("Table{table}", [{fields}])'
    elif kind == "column":
        operation = f'migrations.AddField("table{table}", "note", models.TextField(blank=True, default=""))'
    else:
        longer = 'models.CharField(max_length=30, default="new")'
        operation = f'migrations.AlterField("table{table}", "state", {longer})'
    dependencies = f'[("more_tables", "{before}")]' if before else "[]"
    return (
        "from django.db import migrations, models\n\nfrom tenants.ids import uuid7\n\n\n"
        "class Migration(migrations.Migration):\n"
        f"    dependencies = {dependencies}\n    operations = [{operation}]\n"
    )
