"""Contributions: offered, decided by the editors above, and what becomes of the town's own copy."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from catalog.contributions.models import InboxEntry
from catalog.contributions.selectors import get_contribution, list_contributions
from catalog.contributions.services import (
    decline_contribution,
    edit_contribution,
    publish_contribution,
    start_review,
)
from catalog.decisions.history import list_history
from catalog.decisions.models import Cause
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import set_override
from catalog.local.contributions import offer_service, offer_value, settle, withdraw
from catalog.local.models import ContributionState, LocalState, Outcome
from catalog.local.offers import OfferedText, list_offered_texts
from catalog.local.selectors import get_local_record, get_successor_slug
from catalog.local.services import archive_local_service, create_local_service, set_local_value
from catalog.local.targets import list_targets
from catalog.local.tests.conftest import SLUG, TITLE, Make
from catalog.resolution.decide import Decision
from catalog.services.models import LayerValue, Service, ServiceVersion
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.selectors import list_entries
from tenants.context import as_editor, as_operator, as_projector, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.outbox.models import OutboxEvent
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db
REGION, DISTRICT = "region:emscher-lippe", "district:05562"
PASS = "meldebescheinigung"
TEXT = "<p>Bringen Sie Ihren Ausweis mit.</p>"
Find = Callable[[str], UUID]
Run = Callable[[], object]


@pytest.fixture
def offered(in_gladbeck: TenantInfo, editor: Actor, service_id: Find, project: Run) -> UUID:
    """Gladbeck's own note on a certificate, offered to the region and in the editors' inbox."""
    set_override(actor=editor, service_id=service_id(PASS), field="notes", language="de", value=TEXT)
    found = offer_value(
        actor=editor, service_id=service_id(PASS), field="notes", language="de", target=REGION, note="Taugt für alle."
    )
    project()
    return found


@pytest.fixture
def offered_service(make_local: Make, editor: Actor, project: Run) -> UUID:
    """A service of Gladbeck's own, offered to the district."""
    found = offer_service(actor=editor, service_id=make_local(), target=DISTRICT)
    project()
    return found


def one_offer() -> OfferedText:
    """Return the town's newest contribution; the demo has older ones."""
    return list_offered_texts()[0]


def test_an_offer_goes_to_the_catalogues_above_only(in_gladbeck: TenantInfo, town: Callable[[str], TenantInfo]) -> None:
    assert [one.key for one in list_targets()] == [DISTRICT, REGION]
    assert [one.name for one in list_targets()] == ["Kreis Recklinghausen", "Region Emscher-Lippe"]
    for slug in ("bottrop", "kreis-recklinghausen"):
        with in_tenant(town(slug).ref):
            assert [one.key for one in list_targets()] == [REGION]


def test_editors_of_the_target_read_it_and_no_others(offered: UUID, publisher: Actor) -> None:
    info = list_contributions(actor=publisher)[0]
    assert (info.title, info.giver_name, info.note) == (
        "Meldebescheinigung: Hinweise (Deutsch)",
        "Stadt Gladbeck",
        "Taugt für alle.",
    )
    district = Actor(
        kind="editor",
        name="D",
        id=UUID(int=22),
        region="emscher-lippe",
        roles=frozenset({"publisher"}),
        scopes=frozenset({("district", "05562")}),
    )
    assert offered not in {one.id for one in list_contributions(actor=district)}
    for actor in (district, ANONYMOUS):
        with pytest.raises(NotFound):
            get_contribution(offered, actor=actor)
        with pytest.raises(NotFound):
            publish_contribution(actor=actor, contribution_id=offered)


def test_a_town_reads_its_own_rows_of_the_inbox_only(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, offered: UUID
) -> None:
    assert InboxEntry.objects.filter(id=offered).exists()
    with in_tenant(dorsten.ref):
        assert not InboxEntry.objects.exists()
        assert list_offered_texts() == []
        with pytest.raises(NotFound):
            withdraw(actor=system_actor("tests"), contribution_id=offered)


def test_a_published_text_holds_for_all_and_the_giver_adopts_it(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, offered: UUID, publisher: Actor, settle_all: Run, service_id: Find
) -> None:
    assert publish_contribution(actor=publisher, contribution_id=offered) == service_id(PASS)
    assert one_offer().state is ContributionState.PUBLISHED
    settle_all()
    found = one_offer()
    assert (found.outcome, found.slug) == (Outcome.ADOPTED, PASS)
    mine = get_town_service(PASS)
    assert mine.decided.kind is Decision.ADOPT
    assert mine.own_rows == {}
    with in_tenant(dorsten.ref):
        theirs = get_town_service(PASS).effective.get("notes", "de")
    assert theirs.value == mine.text("notes", "de") == TEXT
    assert theirs.provenance is not None
    assert (theirs.provenance.layer, theirs.provenance.author) == ("region", "Stadt Gladbeck")
    newest = list_history(service_id(PASS), "notes", "de")[0]
    assert (newest.cause, newest.is_set) == (Cause.CONTRIBUTED, False)
    version = ServiceVersion.objects.filter(service_id=service_id(PASS)).latest("number")
    assert (version.author, version.note) == ("Stadt Gladbeck", "Beitrag: Stadt Gladbeck")


def test_it_may_be_edited_first_and_the_giver_takes_the_edited_text(
    in_gladbeck: TenantInfo, offered: UUID, publisher: Actor, settle_all: Run
) -> None:
    seen = get_contribution(offered, actor=publisher).version
    change = {"actor": publisher, "contribution_id": offered, "field": "notes", "language": "de"}
    edit_contribution(**change, value="Den Ausweis bitte mitbringen.", expected_version=seen)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        edit_contribution(**change, value="Anders.", expected_version=seen)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        edit_contribution(**change, value=None)  # type: ignore[arg-type]
    assert one_offer().state is ContributionState.IN_REVIEW
    assert get_contribution(offered, actor=publisher).is_edited
    publish_contribution(actor=publisher, contribution_id=offered)
    settle_all()
    assert get_town_service(PASS).text("notes", "de") == "<p>Den Ausweis bitte mitbringen.</p>"


def test_what_the_town_has_changed_meanwhile_stays(
    in_gladbeck: TenantInfo, editor: Actor, offered: UUID, publisher: Actor, settle_all: Run, service_id: Find
) -> None:
    set_override(actor=editor, service_id=service_id(PASS), field="notes", language="de", value="Inzwischen anders.")
    publish_contribution(actor=publisher, contribution_id=offered)
    settle_all()
    assert one_offer().outcome is Outcome.KEPT
    assert get_town_service(PASS).text("notes", "de") == "<p>Inzwischen anders.</p>"


def test_a_refusal_comes_with_its_reason(
    in_gladbeck: TenantInfo, offered: UUID, publisher: Actor, settle_all: Run
) -> None:
    for reason in ("", "  ", "x" * 1001):
        with pytest.raises(InvalidInput) as refused:
            decline_contribution(actor=publisher, contribution_id=offered, reason=reason)
        assert "reason" in refused.value.fields
    decline_contribution(actor=publisher, contribution_id=offered, reason="Steht schon im Landestext.")
    assert (one_offer().state, one_offer().reason) == (ContributionState.DECLINED, "Steht schon im Landestext.")
    settle_all()
    assert (one_offer().state, one_offer().reason) == (ContributionState.DECLINED, "Steht schon im Landestext.")
    assert get_town_service(PASS).text("notes", "de") == TEXT
    with pytest.raises(Conflict):
        publish_contribution(actor=publisher, contribution_id=offered)


def test_who_only_writes_edits_and_does_not_decide(offered: UUID, publisher: Actor) -> None:
    writer = Actor(
        kind="editor",
        name="W",
        id=UUID(int=23),
        region="emscher-lippe",
        roles=frozenset({"editor"}),
        scopes=publisher.scopes,
    )
    start_review(actor=writer, contribution_id=offered)
    edit_contribution(actor=writer, contribution_id=offered, field="notes", language="de", value="Kürzer.")
    with pytest.raises(NotAllowed):
        publish_contribution(actor=writer, contribution_id=offered)
    with pytest.raises(NotAllowed):
        decline_contribution(actor=writer, contribution_id=offered, reason="Nein")


def test_withdrawn_while_waiting(
    in_gladbeck: TenantInfo, editor: Actor, offered: UUID, publisher: Actor, project: Run, service_id: Find
) -> None:
    with pytest.raises(Conflict):
        offer_value(actor=editor, service_id=service_id(PASS), field="notes", language="de", target=DISTRICT)
    withdraw(actor=editor, contribution_id=offered)
    withdraw(actor=editor, contribution_id=offered)
    project()
    with pytest.raises(Conflict):
        publish_contribution(actor=publisher, contribution_id=offered)
    assert one_offer().state is ContributionState.WITHDRAWN
    offer_value(actor=editor, service_id=service_id(PASS), field="notes", language="de", target=DISTRICT)


def test_a_withdrawal_that_crosses_a_publication_comes_too_late_and_leaves_the_towns_text(
    in_gladbeck: TenantInfo, editor: Actor, offered: UUID, publisher: Actor, settle_all: Run
) -> None:
    withdraw(actor=editor, contribution_id=offered)
    publish_contribution(actor=publisher, contribution_id=offered)
    settle_all()
    settle_all()
    found = one_offer()
    assert (found.state, found.outcome) == (ContributionState.PUBLISHED, Outcome.LATE)
    assert get_town_service(PASS).decided.kind is Decision.OVERRIDE


def test_a_decided_contribution_can_not_be_withdrawn(
    in_gladbeck: TenantInfo, editor: Actor, offered: UUID, publisher: Actor
) -> None:
    publish_contribution(actor=publisher, contribution_id=offered)
    with pytest.raises(Conflict):
        withdraw(actor=editor, contribution_id=offered)


def test_settling_early_or_twice_changes_nothing_more(
    in_gladbeck: TenantInfo, offered: UUID, publisher: Actor, settle_all: Callable[[], int]
) -> None:
    actor = system_actor("tests")
    settle(actor=actor, contribution_id=offered)
    assert one_offer().state is ContributionState.OFFERED
    publish_contribution(actor=publisher, contribution_id=offered)
    settle(actor=actor, contribution_id=offered)
    trail = len(list_entries(tenant_id=in_gladbeck.id, limit=500))
    settle(actor=actor, contribution_id=offered)
    assert len(list_entries(tenant_id=in_gladbeck.id, limit=500)) == trail
    # The town has drawn its consequences, but a worker was killed before the inbox heard of it.
    assert settle_all() == 0
    assert settle_all() == 0


def test_an_offer_told_twice_stands_in_the_inbox_once(
    in_gladbeck: TenantInfo, offered: UUID, publisher: Actor, project: Run
) -> None:
    start_review(actor=publisher, contribution_id=offered)
    with as_projector():
        OutboxEvent.objects.filter(kind="catalog.contribution.offered").update(done_at=None)
    project()
    info = list_contributions(actor=publisher)[0]
    assert info.state == "in_review"


def test_a_field_locked_from_above_is_not_published(
    offered: UUID, publisher: Actor, service_id: Find, in_gladbeck: TenantInfo
) -> None:
    with as_operator():
        rows = LayerValue.objects.filter(service_id=service_id(PASS), field="notes", language="de")
        rows.filter(layer="federation").delete()
        LayerValue.objects.create(
            service_id=service_id(PASS),
            layer="federation",
            field="notes",
            language="de",
            value="<p>Gilt.</p>",
            is_locked=True,
            changed_at="2026-11-01T00:00:00Z",
        )
    with pytest.raises(Conflict) as refused:
        publish_contribution(actor=publisher, contribution_id=offered)
    assert refused.value.code == "field_locked"


def test_what_rests_or_is_not_ones_own_is_not_offered(
    in_gladbeck: TenantInfo, editor: Actor, stranger: Actor, service_id: Find
) -> None:
    with pytest.raises(NotFound):
        offer_value(actor=editor, service_id=service_id(PASS), field="teaser", language="de", target=REGION)
    set_override(actor=editor, service_id=service_id(PASS), field="notes", language="de", value=TEXT)
    for target in ("state:05", "region:muensterland", "district:05515", ""):
        with pytest.raises(InvalidInput) as refused:
            offer_value(actor=editor, service_id=service_id(PASS), field="notes", language="de", target=target)
        assert "target" in refused.value.fields
    with pytest.raises(NotAllowed):
        offer_value(actor=stranger, service_id=service_id(PASS), field="notes", language="de", target=REGION)


def test_a_local_service_becomes_a_shared_one_of_the_district(
    in_gladbeck: TenantInfo,
    dorsten: TenantInfo,
    town: Callable[[str], TenantInfo],
    offered_service: UUID,
    publisher: Actor,
    settle_all: Run,
) -> None:
    local_id = one_offer().service_id
    edit_contribution(
        actor=publisher, contribution_id=offered_service, field="title", language="de", value="Stand beim Fest anmelden"
    )
    shared_id = publish_contribution(actor=publisher, contribution_id=offered_service, note="Für alle Feste")
    settle_all()
    assert get_local_record(local_id).state is LocalState.ARCHIVED
    assert get_successor_slug(SLUG) == SLUG
    mine = get_town_service(SLUG)
    assert (mine.id, mine.is_local, mine.decided.kind) == (shared_id, False, Decision.ADOPT)
    with in_tenant(dorsten.ref):
        theirs = get_town_service(SLUG)
        assert theirs.title("de") == "Stand beim Fest anmelden"
        assert theirs.decided.is_own
    with in_tenant(town("muenster").ref):
        assert get_town_service(SLUG).decided.kind is Decision.NOBODY
    with as_editor():
        service = Service.objects.get(id=shared_id)
        assert (service.layer, service.area, service.version) == ("municipality", "05562", 1)
        assert ServiceVersion.objects.get(service=service).note == "Für alle Feste"


def test_a_local_service_changed_meanwhile_stays_beside_the_shared_one(
    in_gladbeck: TenantInfo, editor: Actor, offered_service: UUID, publisher: Actor, settle_all: Run
) -> None:
    local_id = one_offer().service_id
    set_local_value(actor=editor, service_id=local_id, field="notes", language="de", value="Neu.")
    publish_contribution(actor=publisher, contribution_id=offered_service)
    settle_all()
    assert one_offer().outcome is Outcome.KEPT
    assert get_local_record(local_id).state is LocalState.PUBLISHED
    assert get_town_service(f"{SLUG}-gladbeck").id == local_id


def test_texts_of_a_new_service_can_be_left_out_but_not_its_title(offered_service: UUID, publisher: Actor) -> None:
    leave = {"actor": publisher, "contribution_id": offered_service, "language": "de", "value": None}
    with pytest.raises(InvalidInput):
        edit_contribution(**leave, field="title")  # type: ignore[arg-type]
    edit_contribution(**leave, field="teaser")  # type: ignore[arg-type]
    publish_contribution(actor=publisher, contribution_id=offered_service)
    with as_editor():
        assert not LayerValue.objects.filter(author="Stadt Gladbeck", field="teaser").exists()
        assert LayerValue.objects.filter(author="Stadt Gladbeck", value=TITLE).count() == 1


def test_an_incomplete_or_archived_service_is_not_offered(
    in_gladbeck: TenantInfo, editor: Actor, make_local: Make
) -> None:
    draft = create_local_service(actor=editor, title="Lastenrad leihen", category_codes=["engagement_hobby"])
    with pytest.raises(InvalidInput):
        offer_service(actor=editor, service_id=draft, target=REGION)
    published = make_local()
    archive_local_service(actor=editor, service_id=published)
    with pytest.raises(Conflict):
        offer_service(actor=editor, service_id=published, target=REGION)
