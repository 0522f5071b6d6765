"""Deciding and deviating: what is refused, what is kept, what is told."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from catalog.decisions.labels import set_category_labels
from catalog.decisions.pinning import unpin_service
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import clear_override, set_decision, set_override
from catalog.decisions.topics import list_all_categories, list_categories
from catalog.resolution.decide import Decision
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.selectors import list_entries
from tenants.context import as_projector, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.outbox.models import OutboxEvent
from tenants.registry.sites import TenantInfo

DOG = "hund-anmelden"
FEE = {"kind": "fixed", "amount_cents": 9900, "unit": "pro Jahr"}
Find = Callable[[str], UUID]


def fee_of(town: TenantInfo) -> object:
    """Return the fee that holds in a town."""
    with in_tenant(town.ref):
        return get_town_service(DOG).effective.get("fee").value


def test_a_deviation_holds_here_and_nowhere_else(
    in_gladbeck: TenantInfo, dorsten: TenantInfo, editor: Actor, service_id: Find
) -> None:
    before = fee_of(dorsten)
    set_override(actor=editor, service_id=service_id(DOG), field="fee", language="", value=FEE)
    service = get_town_service(DOG)
    value = service.effective.get("fee")
    assert value.value == FEE
    assert value.provenance is not None
    assert (value.provenance.owner, value.provenance.author) == ("Gladbeck", "Edda Redaktion")
    assert service.decided.kind is Decision.OVERRIDE
    assert fee_of(dorsten) == before != FEE


def test_going_back_gives_the_value_from_above(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    dog = service_id("meldebescheinigung")
    before = get_town_service("meldebescheinigung").effective.get("notes", "de")
    set_override(actor=editor, service_id=dog, field="notes", language="de", value="Unser Hinweis")
    assert get_town_service("meldebescheinigung").effective.get("notes", "de").value == "<p>Unser Hinweis</p>"
    clear_override(actor=editor, service_id=dog, field="notes", language="de")
    after = get_town_service("meldebescheinigung")
    assert after.effective.get("notes", "de") == before
    assert after.decided.kind is Decision.ADOPT
    entry = list_entries(tenant_id=in_gladbeck.id)[0]
    assert (entry.action, entry.data["value"]) == ("catalog.override.cleared", "<p>Unser Hinweis</p>")


def test_each_write_is_audited_told_and_moves_the_pages(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find
) -> None:
    set_override(actor=editor, service_id=service_id(DOG), field="title", language="de", value="Hund melden")
    entry = list_entries(tenant_id=in_gladbeck.id)[0]
    assert (entry.action, entry.actor_name) == ("catalog.override.set", "Edda Redaktion")
    with as_projector():
        event = OutboxEvent.objects.filter(done_at__isnull=True).latest("id")
    assert event.kind == "catalog.decision"
    assert event.data["texts"]["de"]["title"] == "Hund melden"


def test_only_this_towns_editors_may_write(in_gladbeck: TenantInfo, stranger: Actor, service_id: Find) -> None:
    nobody = Actor(kind="staff", name="Neu", id=uuid4(), tenant_id=in_gladbeck.id)
    dog = service_id(DOG)
    for actor in (stranger, nobody, ANONYMOUS):
        with pytest.raises(NotAllowed):
            set_override(actor=actor, service_id=dog, field="fee", language="", value=FEE)
        with pytest.raises(NotAllowed):
            clear_override(actor=actor, service_id=dog, field="fee", language="")
        with pytest.raises(NotAllowed):
            set_decision(actor=actor, service_id=dog, decision="adopt")
        with pytest.raises(NotAllowed):
            set_category_labels(actor=actor, labels={("umwelt", "de"): "X"})


def test_a_lock_from_above_wins_and_says_whom_to_ask(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    with pytest.raises(Conflict) as refused:
        set_override(
            actor=editor,
            service_id=service_id("personalausweis-beantragen"),
            field="legal_basis",
            language="en",
            value="Anything",
        )
    assert refused.value.code == "field_locked"
    assert "Redaktion dieser Ebene" in refused.value.user_message


@pytest.mark.parametrize(
    ("field", "language", "value"),
    [
        ("colour", "de", "blau"),
        ("title", "fr", "Chien"),
        ("title", "de", ""),
        ("fee", "", {"kind": "fixed"}),
        ("online_service", "", {"url": "javascript:alert(1)"}),
        ("synonyms", "de", []),
    ],
)
def test_wrong_values_are_refused_with_their_field(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, field: str, language: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_override(actor=editor, service_id=service_id(DOG), field=field, language=language, value=value)
    assert field in refused.value.fields


def test_an_unknown_service_is_not_found(in_gladbeck: TenantInfo, editor: Actor) -> None:
    with pytest.raises(NotFound):
        set_override(actor=editor, service_id=uuid4(), field="fee", language="", value=FEE)


def test_a_stale_edit_shows_both_versions(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    dog = service_id("meldebescheinigung")
    set_override(actor=editor, service_id=dog, field="notes", language="de", value="Eins", expected_version=0)
    with pytest.raises(Conflict) as refused:
        set_override(actor=editor, service_id=dog, field="notes", language="de", value="Zwei", expected_version=0)
    assert refused.value.data["theirs"] == "<p>Eins</p>"
    assert refused.value.data["yours"] == "<p>Zwei</p>"
    seen = refused.value.data["theirs_version"]
    set_override(actor=editor, service_id=dog, field="notes", language="de", value="Zwei", expected_version=seen)  # type: ignore[arg-type]
    assert get_town_service("meldebescheinigung").text("notes", "de") == "<p>Zwei</p>"


def test_a_stale_decision_is_noticed(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    birth = service_id("geburtsurkunde")
    seen = get_town_service("geburtsurkunde").decision_version
    set_decision(actor=editor, service_id=birth, decision="adopt", expected_version=seen)
    with pytest.raises(Conflict):
        set_decision(actor=editor, service_id=birth, decision="override", expected_version=seen)


def test_own_values_rest_while_the_service_is_not_adapted(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find
) -> None:
    dog = service_id("meldebescheinigung")
    above = get_town_service("meldebescheinigung").text("notes", "de")
    set_override(actor=editor, service_id=dog, field="notes", language="de", value="Eigenes")
    set_decision(actor=editor, service_id=dog, decision="adopt")
    resting = get_town_service("meldebescheinigung")
    assert resting.text("notes", "de") == above
    assert [row.value for row in resting.own_rows.values()] == ["<p>Eigenes</p>"]
    set_decision(actor=editor, service_id=dog, decision="override")
    assert get_town_service("meldebescheinigung").text("notes", "de") == "<p>Eigenes</p>"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"decision": "nobody"}, "decision"),
        ({"decision": "link"}, "link_url"),
        ({"decision": "link", "link_url": "javascript:x"}, "link_url"),
        ({"decision": "not_offered", "reason": "  "}, "reason"),
    ],
)
def test_wrong_decisions_are_refused(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find, facts: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_decision(actor=editor, service_id=service_id("geburtsurkunde"), **facts)  # type: ignore[arg-type]
    assert field in refused.value.fields


def test_a_linked_service_is_not_edited(in_gladbeck: TenantInfo, editor: Actor, service_id: Find) -> None:
    with pytest.raises(Conflict) as refused:
        set_override(
            actor=editor, service_id=service_id("kindergeld-beantragen"), field="notes", language="de", value="X"
        )
    assert refused.value.code == "not_adaptable"


def test_a_topic_keeps_its_code_under_a_new_name(in_gladbeck: TenantInfo, editor: Actor) -> None:
    set_category_labels(actor=editor, labels={("umwelt", "de"): "Umwelt und Tiere"})
    assert {one.code: one.label for one in list_categories("de")}["umwelt"] == "Umwelt und Tiere"
    set_category_labels(actor=editor, labels={("umwelt", "de"): ""})
    assert {one.code: one.label for one in list_all_categories("de")}["umwelt"] == "Umwelt"
    with pytest.raises(NotFound):
        set_category_labels(actor=editor, labels={("tiere", "de"): "X"})


def test_topics_are_named_all_at_once_or_not_at_all(in_gladbeck: TenantInfo, editor: Actor) -> None:
    wrong = {("umwelt", "de"): "Umwelt und Tiere", ("umwelt", "en"): "E" * 121, ("bildung", "fr"): "Éducation"}
    with pytest.raises(InvalidInput) as refused:
        set_category_labels(actor=editor, labels=wrong)
    assert refused.value.fields.keys() == {"umwelt:en", "bildung:fr"}
    assert {one.code: one.label for one in list_all_categories("de")}["umwelt"] == "Umwelt"


def test_a_text_written_anew_after_it_was_taken_away_does_not_fit_a_form_from_before(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find
) -> None:
    place = {"actor": editor, "service_id": service_id("fundsache-suchen"), "field": "notes", "language": "de"}
    set_override(**place, value="<p>Erster Text.</p>", expected_version=0)  # type: ignore[arg-type]
    clear_override(**place, expected_version=1)  # type: ignore[arg-type]
    set_override(**place, value="<p>Text einer anderen.</p>", expected_version=0)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        set_override(**place, value="<p>Aus dem alten Formular.</p>", expected_version=1)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        clear_override(**place, expected_version=1)  # type: ignore[arg-type]


def test_following_the_newest_version_where_none_was_held_decides_nothing(
    in_gladbeck: TenantInfo, editor: Actor, service_id: Find
) -> None:
    unpin_service(actor=editor, service_id=service_id("fundsache-suchen"))
    assert get_town_service("fundsache-suchen").decided.is_preset
