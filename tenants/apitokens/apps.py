"""Access for programs."""

from collections.abc import Mapping
from typing import ClassVar

from tenants.personal import DROP_ROWS, Personal, TenantAppConfig


class ApiTokensConfig(TenantAppConfig):
    """Tenant app: a token is known in the schema of its town only, so at any other town there is nothing to find."""

    name = "tenants.apitokens"
    label = "apitokens"
    personal: ClassVar[Mapping[str, Personal]] = {"ApiToken": DROP_ROWS}
