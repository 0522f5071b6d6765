"""Two people at once, on two real connections: nothing is lost, nothing is half-shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.editing.drafts import DraftInfo
from catalog.editing.selectors import get_edited_service
from catalog.editing.services import save_draft_value, start_draft
from catalog.editing.tests.conftest import REGION, id_of
from catalog.editing.workflow import publish_draft
from catalog.resolution.values import FieldKey
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.errors import Conflict
from tenants.registry.sites import directory

Job = Callable[[], object]


@pytest.fixture
def dog(fresh_database: str) -> UUID:
    """Return the service that everybody wants, in a database where transactions are real."""
    return id_of("hund-anmelden")


@pytest.fixture
def at_once(fresh_database: str) -> Callable[..., list[object]]:
    """Return what runs several jobs at the same moment, each on a connection of its own, and gives their outcomes."""
    del fresh_database

    def run(*jobs: Job) -> list[object]:
        start = threading.Barrier(len(jobs))

        def one(job: Job) -> object:
            try:
                start.wait(timeout=10)
                return job()
            except Conflict as refused:
                return refused
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(jobs)) as pool:
            return [future.result(timeout=60) for future in [pool.submit(one, job) for job in jobs]]

    return run


def write(actor: Actor, dog: UUID, value: str, *, field: str = "notes", expected: int | None = None) -> DraftInfo:
    return save_draft_value(
        actor=actor,
        service_id=dog,
        scope=REGION,
        field=field,
        language="de",
        value=value,
        expected_version=expected,
    )


def drafted() -> dict[FieldKey, object]:
    draft = get_edited_service("hund-anmelden", REGION, actor=system_actor("tests")).draft
    return {key: change.value for key, change in draft.changes.items()} if draft else {}


def test_two_who_begin_at_once_share_one_draft(
    rosa: Actor, emil: Actor, dog: UUID, at_once: Callable[..., list[object]]
) -> None:
    found = at_once(
        *(lambda actor=actor: start_draft(actor=actor, service_id=dog, scope=REGION).id for actor in (rosa, emil) * 3)
    )
    assert len(set(found)) == 1


def test_different_fields_at_once_are_both_kept(
    rosa: Actor, emil: Actor, dog: UUID, at_once: Callable[..., list[object]]
) -> None:
    fields = ("notes", "procedure", "prerequisites", "teaser")
    at_once(
        *(
            lambda field=field, actor=actor: write(actor, dog, f"Text {field}", field=field, expected=0)
            for field, actor in zip(fields, (rosa, emil, rosa, emil), strict=True)
        )
    )
    assert set(drafted()) == {FieldKey(field, "de") for field in fields}


def test_the_same_field_at_once_keeps_one_and_tells_the_other(
    rosa: Actor, emil: Actor, dog: UUID, at_once: Callable[..., list[object]]
) -> None:
    outcomes = at_once(
        lambda: write(rosa, dog, "Von Rosa", expected=0), lambda: write(emil, dog, "Von Emil", expected=0)
    )
    (refused,) = [one for one in outcomes if isinstance(one, Conflict)]
    assert {refused.data["theirs"], refused.data["mine"]} == {"<p>Von Rosa</p>", "<p>Von Emil</p>"}
    assert drafted()[FieldKey("notes", "de")] == refused.data["theirs"]


def test_publishing_while_somebody_saves_loses_neither(
    rosa: Actor, frida: Actor, dog: UUID, at_once: Callable[..., list[object]]
) -> None:
    draft = write(rosa, dog, "Zuerst")
    outcomes = at_once(
        lambda: publish_draft(actor=frida, draft_id=draft.id),
        lambda: write(rosa, dog, "Danach", field="procedure"),
    )
    assert not [one for one in outcomes if isinstance(one, Conflict)]
    with in_tenant(directory.snapshot().tenants["dorsten"].ref):
        found = get_town_service("hund-anmelden")
        shown = (found.text("notes", "de"), found.text("procedure", "de"))
    assert shown[0] == "<p>Zuerst</p>"
    # Either it went out with the rest, or it waits in the next draft.
    assert shown[1] == "<p>Danach</p>" or drafted() == {FieldKey("procedure", "de"): "<p>Danach</p>"}


def test_two_publishers_at_once_make_one_version(frida: Actor, dog: UUID, at_once: Callable[..., list[object]]) -> None:
    draft = write(frida, dog, "Einmal")
    outcomes = at_once(*[lambda: publish_draft(actor=frida, draft_id=draft.id)] * 3)
    assert len([one for one in outcomes if isinstance(one, int)]) == 1


def test_readers_see_the_old_text_or_the_new_one_and_never_a_mixture(
    rosa: Actor, frida: Actor, dog: UUID, at_once: Callable[..., list[object]]
) -> None:
    write(rosa, dog, "Neu A")
    draft = write(rosa, dog, "Neu B", field="procedure")
    town = directory.snapshot().tenants["dorsten"].ref
    seen: set[tuple[bool, bool]] = set()

    def read() -> None:
        for _number in range(40):
            with in_tenant(town):
                found = get_town_service("hund-anmelden")
                texts = (found.text("notes", "de"), found.text("procedure", "de"))
            seen.add((texts[0] == "<p>Neu A</p>", texts[1] == "<p>Neu B</p>"))

    at_once(lambda: publish_draft(actor=frida, draft_id=draft.id), read)
    assert seen <= {(False, False), (True, True)}


def test_a_town_that_writes_during_a_publication_keeps_its_text(
    rosa: Actor, frida: Actor, dog: UUID, at_once: Callable[..., list[object]]
) -> None:
    draft = write(rosa, dog, "Region")
    town = directory.snapshot().tenants["gladbeck"].ref
    editor = Actor(kind="staff", name="Edda", id=UUID(int=7), tenant_id=town.id, roles=frozenset({"editor"}))

    def override() -> None:
        with in_tenant(town):
            set_override(actor=editor, service_id=dog, field="notes", language="de", value="Gladbeck")

    outcomes = at_once(lambda: publish_draft(actor=frida, draft_id=draft.id), override)
    assert not [one for one in outcomes if isinstance(one, Conflict)]
    with in_tenant(town):
        found = get_town_service("hund-anmelden")
        assert found.text("notes", "de") == "<p>Gladbeck</p>"
        assert found.effective.get("notes", "de").stack[-2].row.value == "<p>Region</p>"
