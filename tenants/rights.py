"""What each group of database users may do with a shared table, declared by the app that owns it.

An app config of a shared app derives from `SharedAppConfig` and names, for each of its models, the rights of each
group: `rights = {"Service": {"tenant": "SELECT", "umbrella": "SELECT"}}`. `tenants.provisioning` grants exactly that,
table by table, after the shared migrations. A shared model without an entry fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig, apps

from tenants.names import Group

Rights = Mapping[str, Mapping[Group, str]]

READ: Mapping[Group, str] = {
    "tenant": "SELECT",
    "umbrella": "SELECT",
    "operator": "SELECT",
    "editor": "SELECT",
    "projector": "SELECT",
}
ALL = "SELECT, INSERT, UPDATE, DELETE"


class SharedAppConfig(AppConfig):
    """An app whose tables live in `public`."""

    # Django takes the one config that a module offers; imported beside a real one, this class must not count.
    default = False

    rights: ClassVar[Rights] = {}
    # Row-level security: model -> group -> SQL condition for the rows that the group may see and write.
    row_rules: ClassVar[Rights] = {}

    def __init_subclass__(cls) -> None:
        """Offer the subclass to Django."""
        super().__init_subclass__()
        cls.default = True


def list_table_rights() -> dict[str, dict[Group, str]]:
    """Return the rights of every shared table, by table name, join tables of many-to-many fields included."""
    found: dict[str, dict[Group, str]] = {}
    for config in apps.get_app_configs():
        if isinstance(config, SharedAppConfig):
            for model_name, rights in config.rights.items():
                found[config.get_model(model_name)._meta.db_table] = dict(rights)
    return found


def list_row_rules() -> dict[str, dict[Group, str]]:
    """Return the row-level security of shared tables, by table name; a table without an entry has none."""
    return {
        config.get_model(model_name)._meta.db_table: dict(rules)
        for config in apps.get_app_configs()
        if isinstance(config, SharedAppConfig)
        for model_name, rules in config.row_rules.items()
    }
