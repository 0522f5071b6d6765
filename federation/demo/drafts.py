"""What staff of the demo's towns are writing, and which towns publish with four eyes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from catalog.decisions.draft_workflow import submit_drafts
from catalog.decisions.drafting import save_draft
from catalog.decisions.homes import Place
from catalog.decisions.override_home import OVERRIDES
from catalog.decisions.rules import set_four_eyes
from catalog.resolution.values import FieldKey
from federation.demo.files import Record, read
from tenants.actors import Actor, system_actor


def load_drafts(actor: Actor, slug: str, service_ids: Mapping[str, UUID]) -> None:
    """Lay one town's drafts on its desk, inside the town's context. `service_ids`: slug of a service → its id."""
    data = read("drafts.yaml")
    if slug in data["four_eyes"]:
        set_four_eyes(actor=actor, is_on=True)
    for draft in data["drafts"]:
        if draft["tenant"] == slug:
            _write(draft, service_ids[draft["service"]])


def _write(data: Record, service_id: UUID) -> None:
    actor = system_actor(data["author"])
    chosen: dict[UUID, int] = {}
    for language, values in data["values"].items():
        for field, value in values.items():
            place = Place(service_id, FieldKey(field, language))
            draft = save_draft(actor=actor, home=OVERRIDES, place=place, value=value)
            if draft is not None:
                chosen[draft.id] = draft.version
    if data["state"] == "in_review":
        submit_drafts(actor=actor, home=OVERRIDES, service_id=service_id, chosen=chosen, note=data["note"])
