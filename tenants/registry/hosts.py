"""Host names: what one looks like, and whether it is free."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.errors import Conflict, InvalidInput
from tenants.registry.models import Domain, Region

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"^(?=.{{1,253}}$)(?:{_LABEL}\.)+{_LABEL}$")


def normal_host(given: str) -> str:
    """Return a host name as it is stored: in lower case, without blanks around it and without the final dot."""
    return given.strip().lower().rstrip(".")


def check_host(host: str, *, tenant_id: UUID | None = None, field: str = "host") -> None:
    """Check that a host name is one and that no other portal answers there; the tenant's own hosts count as free.

    Raises: InvalidInput for what is no host name; Conflict for one that is taken; both with the message under `field`.
    """
    regions = Region.objects.filter(host=host).values_list("host", flat=True)
    check_hosts({host: field}, tenant_id=tenant_id, region_hosts=regions)


def check_hosts(fields: Mapping[str, str], *, tenant_id: UUID | None, region_hosts: Collection[str]) -> None:
    """Check several host names like `check_host`, with one query. `fields`: host -> where it was entered.

    `region_hosts` are those of all umbrella portals.
    Raises: as `check_host` does.
    """
    for host, field in fields.items():
        if not _HOST.fullmatch(host):
            message = _("„{host}“ ist kein gültiger Rechnername (etwa gladbeck.example.de).").format(host=host)
            raise InvalidInput(message, data={"fields": {field: [message]}})
    owners = dict(Domain.objects.filter(domain__in=fields).values_list("domain", "tenant_id"))
    for host, field in fields.items():
        is_taken = owners.get(host, tenant_id) != tenant_id
        if is_taken or host == settings.VERBUND_CONSOLE_HOST or host in region_hosts:
            raise host_is_taken(host, field=field)


def host_is_taken(host: str, *, field: str = "host") -> Conflict:
    """Return the error for a host under which another portal answers."""
    message = _("Unter {host} antwortet schon ein anderes Portal. Nehmen Sie einen anderen Rechnernamen.").format(
        host=host
    )
    return Conflict(message, code="host_taken", data={"fields": {field: [message]}})
