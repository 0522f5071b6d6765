"""What editors above published after the towns had decided, and what lies on their desk; which towns move slower."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from catalog.decisions.pinning import pin_service
from catalog.editing.drafts import DraftInfo
from catalog.editing.locks import set_lock
from catalog.editing.places import scope_from_key
from catalog.editing.services import save_draft_value
from catalog.editing.workflow import publish_draft, submit_draft
from federation.demo.files import Record, read
from tenants.actors import Actor, system_actor


def pin_versions(actor: Actor, slug: str, service_ids: Mapping[str, UUID]) -> None:
    """Let one town stay with the versions of today, inside the town's context. `service_ids`: slug → id."""
    for row in read("editing.yaml")["pinned"]:
        if row["tenant"] == slug:
            pin_service(actor=actor, service_id=service_ids[row["service"]])


def load_changes(service_ids: Mapping[str, UUID]) -> int:
    """Carry out the editors' changes, once all towns have decided, and return how many there are."""
    changes = read("editing.yaml")["changes"]
    for change in changes:
        _carry_out(change, service_ids[change["service"]])
    return len(changes)


def _carry_out(change: Record, service_id: UUID) -> None:
    actor, scope = system_actor(change["author"]), scope_from_key(change["scope"])
    draft: DraftInfo | None = None
    for field, value in change["values"].items():
        draft = save_draft_value(
            actor=actor, service_id=service_id, scope=scope, field=field, language="de", value=value
        )
    for field in change.get("locks", ()):
        draft = set_lock(actor=actor, service_id=service_id, scope=scope, field=field, is_locked=True)
    if draft is None or change["state"] == "draft":
        return
    if change["state"] == "in_review":
        submit_draft(actor=actor, draft_id=draft.id, note=change["note"])
    else:
        publish_draft(actor=actor, draft_id=draft.id, note=change["note"])
