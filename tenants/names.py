"""Names of schemas and roles in the database, made in one place.

Roles are global to a PostgreSQL cluster, so each carries the deployment's prefix: two deployments (or a test
database and a demo) may share one server.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from django.conf import settings

PUBLIC_SCHEMA: Final = "public"
EXTENSION_SCHEMA: Final = "extensions"
TEMPLATE_SCHEMA: Final = "tenant_template"
REHEARSAL_SCHEMA: Final = "tenant_rehearsal"
TENANT_SCHEMA_PREFIX: Final = "t_"

SLUG_PATTERN: Final = re.compile(r"^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,39}$")
_SAFE_NAME: Final = re.compile(r"^[a-z_][a-z0-9_]{0,62}$")

Group = Literal["app", "migration", "umbrella", "operator", "editor", "accounts", "projector", "tenant"]


def group_role(group: Group) -> str:
    """Return the role of a group of database users, for example `verbund_umbrella`."""
    return checked(f"{settings.VERBUND_ROLE_PREFIX}_{group}")


def schema_name(slug: str) -> str:
    """Return the schema of the tenant with this slug: `castrop-rauxel` lives in `t_castrop_rauxel`."""
    return checked(TENANT_SCHEMA_PREFIX + slug.replace("-", "_"))


def tenant_role(schema: str) -> str:
    """Return the role that may use this tenant schema and no other."""
    return checked(f"{settings.VERBUND_ROLE_PREFIX}_{schema}")


def checked(name: str) -> str:
    """Return `name` if it can stand in SQL as it is.

    Raises: ValueError for anything but lower-case letters, digits and underscores, 63 bytes at most.
    """
    if not _SAFE_NAME.fullmatch(name):
        message = f"{name!r} can't be the name of a schema or role"
        raise ValueError(message)
    return name
