"""Four eyes on contributions, and a giver that keeps its text where the published one does not hold."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from catalog.contributions.services import edit_contribution, publish_contribution
from catalog.decisions.pinning import pin_service
from catalog.decisions.selectors import get_town_service
from catalog.editing.places import scope_from
from catalog.editing.services import save_draft_value
from catalog.editing.workflow import publish_draft, set_four_eyes
from catalog.local.contributions import settle
from catalog.local.models import Outcome
from catalog.local.offers import list_offered_texts
from tenants.actors import Actor, system_actor
from tenants.context import in_tenant
from tenants.errors import NotAllowed
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db

PASS = "meldebescheinigung"
OWN = "<p>Bitte klingeln.</p>"
SYSTEM = system_actor("tests")


def publisher(number: int) -> Actor:
    return Actor(
        kind="editor",
        name=f"Rita {number}",
        id=UUID(int=number),
        roles=frozenset({"publisher"}),
        region="emscher-lippe",
        scopes=frozenset({("region", "emscher-lippe")}),
    )


def test_nobody_publishes_what_they_have_worded_however_often_it_changed_since(offered: UUID) -> None:
    first, second, third = map(publisher, (31, 32, 33))
    set_four_eyes(actor=first, region="emscher-lippe", is_on=True)
    for actor, text in ((first, "Bitte läuten."), (second, "Bitte klopfen.")):
        edit_contribution(actor=actor, contribution_id=offered, field="notes", language="de", value=text)
    for actor in (first, second):
        with pytest.raises(NotAllowed) as refused:
            publish_contribution(actor=actor, contribution_id=offered)
        assert refused.value.code == "four_eyes"
    publish_contribution(actor=third, contribution_id=offered)


def settled(town: TenantInfo, offered: UUID) -> tuple[object, object]:
    """Return how the town's contribution ended and what its page says."""
    with in_tenant(town.ref):
        settle(actor=SYSTEM, contribution_id=offered)
        outcome = next(one.outcome for one in list_offered_texts() if one.id == offered)
        return outcome, get_town_service(PASS).text("notes", "de")


def test_a_giver_that_stays_with_a_version_keeps_its_text(
    offered: UUID, editor: Actor, gladbeck: TenantInfo, service_id: Callable[[str], UUID]
) -> None:
    with in_tenant(gladbeck.ref):
        pin_service(actor=editor, service_id=service_id(PASS))
    publish_contribution(actor=SYSTEM, contribution_id=offered)
    assert settled(gladbeck, offered) == (Outcome.KEPT, OWN)


def test_a_giver_keeps_its_text_where_a_layer_between_says_otherwise(
    offered: UUID, gladbeck: TenantInfo, service_id: Callable[[str], UUID]
) -> None:
    district = save_draft_value(
        actor=SYSTEM,
        service_id=service_id(PASS),
        scope=scope_from("district", "05562"),
        field="notes",
        language="de",
        value="Sagt der Kreis.",
    )
    publish_draft(actor=SYSTEM, draft_id=district.id)
    publish_contribution(actor=SYSTEM, contribution_id=offered)
    assert settled(gladbeck, offered) == (Outcome.KEPT, OWN)


def test_a_giver_takes_what_holds(offered: UUID, gladbeck: TenantInfo) -> None:
    publish_contribution(actor=SYSTEM, contribution_id=offered)
    assert settled(gladbeck, offered) == (Outcome.ADOPTED, OWN)
