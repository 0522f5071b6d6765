"""The trail as a file, written while it is read: memory does not grow with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalog.services.csvcells import safe_cell
from tenants.audit.selectors import EntryInfo
from tenants.audit.wording import describe, describe_person
from tenants.context import TenantRef, in_tenant

_ROWS_A_BLOCK = 500


def csv_file(entries: Iterable[EntryInfo], tenant: TenantRef) -> StreamingHttpResponse:
    """Return entries as German spreadsheet programs open them: semicolons, a byte-order mark, no cell a formula."""
    return _file(_csv_rows(entries), tenant, ending="csv", content_type="text/csv; charset=utf-8")


def json_file(entries: Iterable[EntryInfo], tenant: TenantRef) -> StreamingHttpResponse:
    """Return entries as one JSON document with everything that is stored of them; times are UTC."""
    return _file(_json_rows(entries), tenant, ending="json", content_type="application/json")


def _file(blocks: Iterator[str], tenant: TenantRef, *, ending: str, content_type: str) -> StreamingHttpResponse:
    language = translation.get_language() or "de"
    answer = StreamingHttpResponse(_inside(blocks, tenant, language), content_type=content_type)
    name = f"protokoll-{tenant.slug}-{timezone.localdate().isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _inside(blocks: Iterator[str], tenant: TenantRef, language: str) -> Iterator[bytes]:
    """Make each block inside the tenant and in the page's language: the request's own contexts have ended by then."""
    while True:
        with in_tenant(tenant), translation.override(language):
            block = next(blocks, None)
        if block is None:
            return
        yield block.encode()


def _csv_rows(entries: Iterable[EntryInfo]) -> Iterator[str]:
    written = StringIO()
    table = csv.writer(written, delimiter=";")
    written.write("\ufeff")
    table.writerow([_("Zeit"), _("Wer"), _("Was"), _("Gegenstand"), _("Handlung"), _("Angaben"), _("Kennung")])
    for number, entry in enumerate(entries, start=1):
        row = (
            timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
            describe_person(entry.actor_kind, entry.actor_name),
            describe(entry.action, entry.data),
            entry.subject,
            entry.action,
            json.dumps(entry.data, ensure_ascii=False, sort_keys=True) if entry.data else "",
            str(entry.id),
        )
        table.writerow([safe_cell(value) for value in row])
        if number % _ROWS_A_BLOCK == 0:
            yield _taken(written)
    yield _taken(written)


def _json_rows(entries: Iterable[EntryInfo]) -> Iterator[str]:
    start = "[\n"
    for entry in entries:
        yield start + json.dumps(_record(entry), ensure_ascii=False, sort_keys=True)
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"


def _record(entry: EntryInfo) -> dict[str, object]:
    return {
        "id": str(entry.id),
        "at": entry.at.isoformat(),
        "actor": {
            "kind": entry.actor_kind,
            "id": str(entry.actor_id) if entry.actor_id else None,
            "name": entry.actor_name,
        },
        "action": entry.action,
        "subject": entry.subject,
        "data": dict(entry.data),
        "text": describe(entry.action, entry.data),
    }


def _taken(written: StringIO) -> str:
    block = written.getvalue()
    written.seek(0)
    written.truncate()
    return block
