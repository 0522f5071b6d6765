"""What in a tenant's tables is personal, what is kept for good, and which columns name files, as the app declares it.

An app config of a tenant app derives from `TenantAppConfig` and names, for each of its models, what a training copy
must not hold: `personal = {"StaffAccount": DROP_ROWS, "Override": {"author": ""}, "Notice": NOTHING}`.
`tenants.lifecycle` reads it when it copies a tenant. A tenant model without an entry fails a test, and a copy of it is
refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import models

DROP_ROWS: Final = "drop_rows"
# Field -> what stands there instead: a text, a number, a boolean, None, or a list or object for a JSON field.
Replacements: TypeAlias = Mapping[str, object]
Personal: TypeAlias = Literal["drop_rows"] | Replacements
NOTHING: Final[Replacements] = {}


class TenantAppConfig(AppConfig):
    """An app whose tables live in every tenant's schema."""

    # Django takes the one config that a module offers; imported beside a real one, this class must not count.
    default = False

    personal: ClassVar[Mapping[str, Personal]] = {}
    # Model -> text fields that hold names in the tenant's file storage; file fields are known without.
    file_fields: ClassVar[Mapping[str, Collection[str]]] = {}
    # Models whose rows a tenant may add and read only, from the migration on that makes the table.
    added_only: ClassVar[Collection[str]] = ()

    def __init_subclass__(cls) -> None:
        """Offer the subclass to Django."""
        super().__init_subclass__()
        cls.default = True


@dataclass(frozen=True)
class TableRules:
    """The declaration of one table, by column. `personal` is None where nobody has declared anything."""

    personal: Personal | None
    file_columns: frozenset[str]

    @property
    def drops_rows(self) -> bool:
        """Whether a training copy has no row of this table."""
        return self.personal == DROP_ROWS

    @property
    def replacements(self) -> Replacements:
        """What stands in which column of a training copy instead of the value."""
        return self.personal if isinstance(self.personal, Mapping) else NOTHING

    @property
    def kept_file_columns(self) -> frozenset[str]:
        """The columns whose files a training copy keeps: a file is as personal as the column that names it."""
        return frozenset() if self.drops_rows else self.file_columns - set(self.replacements)


def list_table_rules() -> dict[str, TableRules]:
    """Return the declarations of every tenant table, by table name, tables of many-to-many fields included."""
    found: dict[str, TableRules] = {}
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            for model in config.get_models(include_auto_created=True):
                found[model._meta.db_table] = _rules(config, model)
    return found


def list_added_only_tables() -> frozenset[str]:
    """Return the tables whose rows a tenant's role may add, but neither change nor delete."""
    return frozenset(
        config.get_model(name)._meta.db_table
        for config in apps.get_app_configs()
        if isinstance(config, TenantAppConfig)
        for name in config.added_only
    )


def _rules(config: AppConfig, model: type[models.Model]) -> TableRules:
    name = model._meta.object_name or ""
    if not isinstance(config, TenantAppConfig):
        return TableRules(None, frozenset())
    personal = config.personal.get(name)
    if isinstance(personal, Mapping):
        personal = {_column(model, field): value for field, value in personal.items()}
    declared = {_column(model, field) for field in config.file_fields.get(name, ())}
    known = {str(field.column) for field in model._meta.concrete_fields if isinstance(field, models.FileField)}
    return TableRules(personal, frozenset(declared | known))


def _column(model: type[models.Model], field: str) -> str:
    """Return the column of a field. Raises: FieldDoesNotExist for a misspelt declaration."""
    return str(model._meta.get_field(field).column)  # type: ignore[union-attr]  # declared fields have columns
