"""A region's editors by role: who only writes is refused wherever something is published, and reads the same pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from shared_services.identity.tests.cast import attempt, make_editor
from tests.isolation.matrix import EDIT, EDIT_MISSING, EDIT_POST, EDITING, Row

pytestmark = pytest.mark.django_db
UMBRELLA: Final = "emscher-lippe.localhost"
SENT: Final = {"email": "x@example.test", "reason": "x"}
# What takes the right to publish; the rest of the work area is everybody's who writes.
PUBLISHING: Final = frozenset(
    """catalog_editing:preset_new catalog_editing:rules catalog_editing:approve catalog_editing:archive
    catalog_editing:restore catalog_editing:field_lock""".split()
)
Visit = Callable[[str], Client]


def path_of(row: Row) -> str:
    """Return the German path of a row."""
    return reverse(row.route, urlconf="federation.urls.umbrella", kwargs=dict(row.values))


WORK_AREA: Final = tuple((row, path_of(row)) for row in EDITING if row.answers in (EDIT, EDIT_POST, EDIT_MISSING))


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_a_role_gets_what_its_policies_say(role: str, visit: Visit) -> None:
    client = visit(UMBRELLA)
    assert attempt(client, make_editor("emscher-lippe", role).email).status_code == 302
    told = []
    for row, path in WORK_AREA:
        if row.answers != EDIT_POST:
            told.append(f"GET {row.route} {client.get(path).status_code}")
        if row.writes and row.route != "identity:end_other_sessions":
            with transaction.atomic():
                told.append(f"POST {row.route} {client.post(path, SENT).status_code}")
                transaction.set_rollback(True)
    raise AssertionError("\n".join(told))
