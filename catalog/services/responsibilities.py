"""Who is responsible for a service where: the rows as plain data, checked, whoever writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.resolution.decide import COMPETENT, ONLINE, ROLES, AuthorityRow
from catalog.resolution.values import Json
from catalog.services.structured import WrongValueError, clean_online_service, clean_url

COLUMNS: Final = ("area_prefix", "role", "is_own", "is_nobody", "unit", "authority", "url", "online_service")
# A prefix of the ARS: state, administrative region, district, association, municipality.
AREA: Final = re.compile(r"^(?:\d{2}|\d{3}|\d{5}|\d{9}|\d{12})?$")
MAX_NAME: Final = 200


def authority_row(data: Mapping[str, Any]) -> AuthorityRow:
    """Return a row from its columns as a query, a draft or a kept version has them."""
    return AuthorityRow(
        area_prefix=data["area_prefix"],
        role=data["role"],
        is_own=data["is_own"],
        unit=data["unit"],
        name=data["authority"],
        url=data["url"],
        is_nobody=data["is_nobody"],
        # What was kept or drafted by an earlier release has none.
        online_service=data.get("online_service"),
    )


def clean_responsibility(given: Mapping[str, object]) -> dict[str, Json]:
    """Return the columns of a row.

    In the role `online` the answer is an online service or nobody; in the others the tenant itself, an authority, or
    nobody. Name and address of an authority beside "nobody" say where to go instead.

    Raises: WrongValueError.
    """
    area, role = str(given.get("area_prefix") or "").strip(), str(given.get("role") or COMPETENT)
    if not AREA.fullmatch(area):
        raise WrongValueError(_("Das Gebiet ist leer oder der Anfang eines Regionalschlüssels mit 2 bis 12 Ziffern."))
    if role not in ROLES:
        raise WrongValueError(_("Wählen Sie eine der Rollen aus der Liste."))
    texts = {name: " ".join(str(given.get(name) or "").split()) for name in ("unit", "authority")}
    if role == ONLINE:
        texts = dict.fromkeys(texts, "")
    if any(len(text) > MAX_NAME for text in texts.values()):
        raise WrongValueError(_("Namen von Stellen haben höchstens 200 Zeichen."))
    url, online = str(given.get("url") or "").strip(), given.get("online_service")
    row: dict[str, Json] = {
        "area_prefix": area,
        "role": role,
        "is_own": bool(given.get("is_own")),
        "is_nobody": bool(given.get("is_nobody")),
        **texts,
        "url": clean_url(url) if url else "",
        "online_service": None if online is None else dict(clean_online_service(online)),
    }
    _require_one_answer(row)
    return row


def _require_one_answer(row: Mapping[str, Json]) -> None:
    if row["role"] == ONLINE:
        if row["is_own"] or bool(row["is_nobody"]) == (row["online_service"] is not None):
            raise WrongValueError(_("Nennen Sie den Onlinedienst mit seiner Adresse, oder wählen Sie „niemand“."))
        return
    if row["online_service"] is not None:
        raise WrongValueError(_("Ein Onlinedienst braucht eine eigene Zeile mit der Rolle „Onlinedienst“."))
    if row["is_own"] and row["is_nobody"]:
        raise WrongValueError(_("Entweder ist die Kommune selbst zuständig oder niemand. Wählen Sie eines von beiden."))
    if not (row["is_own"] or row["is_nobody"] or row["authority"]):
        raise WrongValueError(_("Nennen Sie die Behörde, oder wählen Sie „Kommune selbst“ oder „niemand“."))
