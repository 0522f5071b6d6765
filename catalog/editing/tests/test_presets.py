"""Presets of a region: what towns that have not decided do, and nothing for those that have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from catalog.decisions.selectors import get_town_service, list_town_services
from catalog.decisions.services import set_decision
from catalog.editing.matrix_towns import list_region_towns
from catalog.editing.presets import (
    PresetWish,
    foresee_preset,
    foresee_removal,
    get_preset,
    list_presets,
    remove_preset,
    set_preset,
)
from catalog.editing.tests.cast import sign_in_editor
from catalog.editing.tests.conftest import person
from catalog.resolution.decide import Decision
from catalog.search.selectors import list_offering_tenants
from catalog.services.selectors import get_service
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_editor, as_umbrella, in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo, directory

REGION = "emscher-lippe"
FRIDA = person("Frida Freigabe", 13, "editor", "publisher")
Find = Callable[[str], UUID]
Decisions = dict[tuple[str, str], Decision]


def decisions() -> Decisions:
    """Return what every town of the demo does with every service."""
    found: Decisions = {}
    for town in directory.snapshot().tenants.values():
        with in_tenant(town.ref):
            for one in list_town_services():
                found[town.slug, one.slug] = one.decided.kind
    return found


def not_offered(service_id: UUID | None = None, topic: str = "", **more: object) -> PresetWish:
    """Return the wish that towns begin without a service."""
    wish = {"decision": "not_offered", "reason": "Macht in unserer Region der Zweckverband.", **more}
    return PresetWish(service_id=service_id, category_code=topic, **wish)  # type: ignore[arg-type]


def test_undecided_towns_of_the_region_follow_and_nobody_else(
    gladbeck: TenantInfo, service_id: Find, project: Callable[[], None]
) -> None:
    swimming = service_id("hund-abmelden")
    with in_tenant(gladbeck.ref):
        set_decision(actor=system_actor("tests"), service_id=swimming, decision=Decision.ADOPT)
    project()
    before = decisions()
    with as_editor():
        effect = foresee_preset(REGION, not_offered(swimming))
        set_preset(actor=FRIDA, region=REGION, wish=not_offered(swimming))
    after = decisions()
    changed = {town for (town, slug), kind in after.items() if before[town, slug] != kind}
    members = {town.slug: town for town in list_region_towns(REGION)}
    assert changed <= members.keys()
    assert "gladbeck" not in changed
    assert {slug for (_town, slug), kind in after.items() if before[_town, slug] != kind} == {"hund-abmelden"}
    assert all(after[town, "hund-abmelden"] is Decision.NOT_OFFERED for town in changed)
    assert effect.towns == len(changed) > 0
    assert sum(one.count for one in effect.changes) == len(changed)


def test_a_topic_reaches_its_services_and_a_service_goes_before_it(service_id: Find, gladbeck: TenantInfo) -> None:
    before = decisions()
    with as_editor():
        topic = get_service("hund-abmelden").category_codes[0]
        wish = not_offered(topic=topic)
        effect = foresee_preset(REGION, wish)
        set_preset(actor=FRIDA, region=REGION, wish=wish)
        adopt = PresetWish(service_id=service_id("hund-abmelden"), decision="adopt")
        set_preset(actor=FRIDA, region=REGION, wish=adopt)
    after = decisions()
    changed = Counter((before[key], kind) for key, kind in after.items() if before[key] is not kind)
    spared = [key for key in after if key[1] == "hund-abmelden" and before[key] is Decision.ADOPT]
    assert all(after[key] is Decision.ADOPT for key in spared)
    expected = Counter({(one.before, one.after): one.count for one in effect.changes})
    expected[Decision.ADOPT, Decision.NOT_OFFERED] -= sum(
        1
        for town, _slug in spared
        if directory.snapshot().tenants[town].region_slug == REGION
        and undecided(directory.snapshot().tenants[town], "hund-abmelden")
    )
    assert changed == +expected


def undecided(town: TenantInfo, slug: str) -> bool:
    """Whether a town follows a preset."""
    with in_tenant(town.ref):
        return get_town_service(slug).decided.is_preset


def test_a_preset_says_why_and_where_and_is_marked(gladbeck: TenantInfo, service_id: Find) -> None:
    wish = PresetWish(
        service_id=service_id("hund-abmelden"),
        decision="link",
        link_url="https://hund.example/",
        link_authority="Zweckverband Hund",
    )
    with as_editor():
        set_preset(actor=FRIDA, region=REGION, wish=wish)
    town = next(one for one in list_region_towns(REGION, kind="town") if undecided(one, "hund-abmelden"))
    with in_tenant(town.ref):
        decided = get_town_service("hund-abmelden").decided
    assert (decided.kind, decided.is_preset, decided.is_of_region) == (Decision.LINK, True, True)
    assert (decided.row.link_url, decided.row.link_authority) == ("https://hund.example/", "Zweckverband Hund")


def test_kinds_of_towns_can_be_named_and_nobody_stays_nobody(service_id: Find, gladbeck: TenantInfo) -> None:
    before = decisions()
    wish = not_offered(service_id("hund-abmelden"), tenant_kinds=frozenset({"independent_city"}))
    with as_editor():
        set_preset(actor=FRIDA, region=REGION, wish=wish)
    after = decisions()
    kinds = {
        directory.snapshot().tenants[town].kind for (town, slug), kind in after.items() if before[town, slug] != kind
    }
    assert kinds <= {"independent_city"}
    assert after["kreis-recklinghausen", "hund-abmelden"] is Decision.NOBODY


def test_the_umbrella_leads_only_to_towns_that_offer_it(service_id: Find, gladbeck: TenantInfo) -> None:
    def offering() -> set[str]:
        with as_umbrella():
            return {offer.tenant.slug for offer in list_offering_tenants(get_service("hund-abmelden"), region=REGION)}

    before = offering()
    with as_editor():
        set_preset(actor=FRIDA, region=REGION, wish=not_offered(service_id("hund-abmelden")))
    gone = before - offering()
    assert gone
    assert all(undecided(directory.snapshot().tenants[slug], "hund-abmelden") for slug in gone)


def test_taking_back_gives_back_what_held(service_id: Find, gladbeck: TenantInfo) -> None:
    before = decisions()
    wish = not_offered(service_id("hund-abmelden"))
    with as_editor():
        preset_id = set_preset(actor=FRIDA, region=REGION, wish=wish)
        during = decisions()
        effect = foresee_removal(REGION, wish)
        remove_preset(actor=FRIDA, region=REGION, preset_id=preset_id, expected_version=1)
        assert preset_id not in {one.id for one in list_presets(REGION)}
        actions = list(AuditEntry.objects.filter(subject=f"preset:{preset_id}").values_list("action", flat=True))
    assert decisions() == before != during
    assert effect.towns == sum(before[key] is not during[key] for key in before)
    assert sorted(actions) == ["catalog.preset.removed", "catalog.preset.set"]


@pytest.mark.parametrize(
    "actor",
    [
        ANONYMOUS,
        person("Rosa", 11, "editor"),
        person("Kurt", 14, "editor", "publisher", scopes=()),
        Actor(kind="operator", operator_id=UUID(int=1)),
    ],
)
def test_only_publishers_of_the_region_preset(actor: Actor, service_id: Find) -> None:
    wish = not_offered(service_id("hund-abmelden"))
    with as_editor():
        with pytest.raises(NotAllowed):
            set_preset(actor=actor, region=REGION, wish=wish)
        with pytest.raises(NotAllowed):
            set_preset(actor=FRIDA, region="muensterland", wish=wish)
        preset_id = set_preset(actor=FRIDA, region=REGION, wish=wish)
        with pytest.raises(NotAllowed):
            remove_preset(actor=actor, region=REGION, preset_id=preset_id, expected_version=1)
        with pytest.raises(NotFound):
            get_preset("muensterland", preset_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category_code": "umwelt"}, "target"),
        ({"service_id": None}, "target"),
        ({"service_id": None, "category_code": "gibt-es-nicht"}, "target"),
        ({"decision": "override"}, "decision"),
        ({"decision": "link"}, "link_url"),
        ({"decision": "link", "link_url": "javascript:alert(1)"}, "link_url"),
        ({"reason": " "}, "reason"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(change: dict[str, object], field: str, service_id: Find) -> None:
    wish = {
        "service_id": service_id("hund-abmelden"),
        "decision": "not_offered",
        "reason": "Macht der Zweckverband.",
        **change,
    }
    with as_editor(), pytest.raises(InvalidInput) as refused:
        set_preset(actor=FRIDA, region=REGION, wish=PresetWish(**wish))  # type: ignore[arg-type]
    assert list(refused.value.data["fields"]) == [field]  # type: ignore[call-overload]


def test_two_editors_notice_each_other(service_id: Find) -> None:
    wish = not_offered(service_id("hund-abmelden"))
    with as_editor():
        set_preset(actor=FRIDA, region=REGION, wish=wish)
        with pytest.raises(Conflict, match="Frida"):
            set_preset(actor=FRIDA, region=REGION, wish=wish)
        preset_id = set_preset(actor=FRIDA, region=REGION, wish=wish, expected_version=1)
        with pytest.raises(Conflict):
            remove_preset(actor=FRIDA, region=REGION, preset_id=preset_id, expected_version=1)


def test_the_effect_is_shown_before_anything_is_saved(visit: Callable[[str], Client], service_id: Find) -> None:
    client = sign_in_editor(visit, REGION)
    form = {
        "target": f"leistung:{service_id('hund-abmelden')}",
        "decision": "not_offered",
        "reason": "Macht der Zweckverband.",
        "version": "0",
        "schritt": "speichern",
    }
    shown = client.post("/redaktion/vorgaben/neu/", form)
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "Die Vorgabe ändert etwas für" in page
    assert made_for(service_id("hund-abmelden")) == []
    checked = page.split('name="checked"')[1].split('value="')[1].split('"')[0]
    # What was checked is not what is sent now: it is shown once more.
    assert client.post("/redaktion/vorgaben/neu/", {**form, "reason": "Anders.", "checked": checked}).status_code == 200
    assert client.post("/redaktion/vorgaben/neu/", {**form, "checked": checked}).status_code == 302
    preset_id = made_for(service_id("hund-abmelden"))[0]
    assert "Hund abmelden" in client.get("/redaktion/vorgaben/").content.decode()
    assert "Vorgabe zurücknehmen" in client.get(f"/redaktion/vorgaben/{preset_id}/").content.decode()
    late = client.post(f"/redaktion/vorgaben/{preset_id}/zuruecknehmen/", {"version": "7"})
    assert late.status_code == 409
    assert "hat diese Vorgabe inzwischen geändert" in late.content.decode()
    client.post(f"/redaktion/vorgaben/{preset_id}/zuruecknehmen/", {"version": "1"})
    assert made_for(service_id("hund-abmelden")) == []


def made_for(service_id: UUID) -> list[UUID]:
    """Return the region's presets for a service."""
    with as_editor():
        return [one.id for one in list_presets(REGION) if one.wish.service_id == service_id]


def test_editors_who_do_not_publish_read_only(visit: Callable[[str], Client], db: None) -> None:
    client = sign_in_editor(visit, REGION, "editor")
    assert client.get("/redaktion/vorgaben/").status_code == 200
    assert client.get("/redaktion/vorgaben/neu/").status_code == 403
