"""Remembered services as one kind of things in the citizen's area."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shared_services.area.kinds import AreaItem, Kind
from shared_services.bookmarks import services
from shared_services.bookmarks.selectors import list_bookmarks


def _label() -> str:
    return _("Gemerkte Leistungen")


def _count(number: int) -> str:
    return ngettext("%(num)d gemerkte Leistung", "%(num)d gemerkte Leistungen", number) % {"num": number}


def _fetch(account_id: UUID) -> list[AreaItem]:
    return [
        AreaItem(
            title=one.title,
            path="" if one.is_gone else f"/leistungen/{one.slug}/",
            changed_at=one.added_at,
            note=_("Diese Leistung gibt es nicht mehr.") if one.is_gone else "",
        )
        for one in list_bookmarks(account_id)
    ]


# Last: what waits for somebody comes first.
KIND: Final = Kind(code=services.KIND, label=_label, count=_count, fetch=_fetch, path="/konto/gemerkt/", order=90)
