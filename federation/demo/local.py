"""What only some towns of the demo offer, and what they have offered to the catalogues above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from catalog.contributions.selectors import list_contributions
from catalog.contributions.services import decline_contribution
from catalog.local.contributions import offer_service, offer_value, settle
from catalog.local.facts import Facts
from catalog.local.services import create_local_service, publish_local_service, set_local_facts
from federation.demo.files import DATA_DIR, Record, read
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant


def load_local(slug: str, service_ids: Mapping[str, UUID]) -> None:
    """Apply one town's file if it has one, inside the town's context. `service_ids`: shared slug → id."""
    name = f"local/{slug}.yaml"
    if not (DATA_DIR / name).exists():
        return
    data = read(name)
    actor = system_actor(data["author"])
    own = {service["title"]: _create(actor, service) for service in data["services"]}
    for offer in data.get("offers", ()):
        _offer(actor, offer, ids={**service_ids, **own})


def decide_offers() -> int:
    """Decline the offers that the files say were declined, once the inbox has them, and return their number."""
    reader = system_actor("verbund demo")
    done = 0
    for slug, offer in _list_declined():
        for one in list_contributions(actor=reader, states=("offered",)):
            if one.giver is not None and one.giver.slug == slug and one.note == offer["note"]:
                decider = system_actor(offer["declined"]["author"])
                decline_contribution(actor=decider, contribution_id=one.id, reason=offer["declined"]["reason"])
                with in_tenant(one.giver.ref):
                    settle(actor=reader, contribution_id=one.id)
                done += 1
    return done


def _create(actor: Actor, service: Record) -> UUID:
    values = {
        (field, language): value for language, fields in service["values"].items() for field, value in fields.items()
    }
    service_id = create_local_service(
        actor=actor,
        title=service["title"],
        category_codes=service["topics"],
        target_groups=service["groups"],
        values=values,
    )
    facts = Facts(tuple(service["topics"]), tuple(service["groups"]), prominence=service.get("prominence", 0))
    set_local_facts(actor=actor, service_id=service_id, facts=facts)
    if service.get("state") != "draft":
        publish_local_service(actor=actor, service_id=service_id)
    return service_id


def _offer(actor: Actor, offer: Record, *, ids: Mapping[str, UUID]) -> None:
    """`ids`: slug of a shared service or title of an own one → its id."""
    to = {"target": offer["target"], "note": offer["note"]}
    if "own" in offer:
        offer_service(actor=actor, service_id=ids[offer["own"]], **to)
        return
    place = {"service_id": ids[offer["shared"]], "field": offer["field"], "language": offer["language"]}
    offer_value(actor=actor, **place, **to)


def _list_declined() -> Iterator[tuple[str, Record]]:
    for path in sorted((DATA_DIR / "local").glob("*.yaml")):
        for offer in read(f"local/{path.name}").get("offers", ()):
            if "declined" in offer:
                yield path.stem, offer
