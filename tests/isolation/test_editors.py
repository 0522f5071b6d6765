"""A region's editors by role: who only writes is refused wherever something is published, and reads the same pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.db import transaction
from django.test import Client

from shared_services.identity.tests.cast import attempt, make_editor
from tests.isolation.matrix import EDIT, EDIT_MISSING, EDIT_POST, EDITING
from tests.isolation.test_matrix import HOSTS, SIGN_IN, path_of

pytestmark = pytest.mark.django_db
# End the session with which the others are asked.
ENDING: Final = {"identity:sign_out", "identity:end_other_sessions"}
SENT: Final = {"email": "x@example.test", "reason": "x"}
# What takes the right to publish; the rest of the work area is everybody's who writes. Two forms are read before the
# right is asked for, and are refused for their faults here: approval and publication of a review.
PUBLISHING: Final = {
    "GET catalog_editing:preset_new",
    "POST catalog_editing:preset_new",
    "GET catalog_editing:preset",
    "POST catalog_editing:preset",
    "POST catalog_editing:preset_remove",
    "POST catalog_editing:rules",
    "POST catalog_editing:archive",
    "POST catalog_editing:restore",
    "POST catalog_editing:field_lock",
}
Visit = Callable[[str], Client]


WORK_AREA: Final = tuple(
    (row, path_of("umbrella", row)) for row in EDITING if row.answers in (EDIT, EDIT_POST, EDIT_MISSING)
)


# The service began on a layer above: nobody in the region takes it off all pages.
ABOVE: Final = {"POST catalog_editing:archive", "POST catalog_editing:restore"}


@pytest.mark.parametrize(("role", "refused"), [("editor", PUBLISHING), ("publisher", ABOVE)])
def test_a_role_gets_what_its_policies_say(role: str, refused: set[str], visit: Visit) -> None:
    client = visit(HOSTS["umbrella"])
    assert attempt(client, make_editor("emscher-lippe", role).email).status_code == 302
    answers = dict(walk(client))
    assert {what for what, answer in answers.items() if answer.status_code == 403} == refused
    assert not [what for what, answer in answers.items() if answer.status_code >= 500]
    assert not [what for what, answer in answers.items() if answer.get("Location", "").startswith(SIGN_IN["umbrella"])]


def walk(client: Client) -> Iterator[tuple[str, Any]]:
    """Ask for every page and send every form; what somebody may write is taken back."""
    for row, path in WORK_AREA:
        if row.answers != EDIT_POST:
            yield f"GET {row.route}", client.get(path)
        if row.writes and row.route not in ENDING:
            with transaction.atomic():
                yield f"POST {row.route}", client.post(path, SENT)
                transaction.set_rollback(True)
