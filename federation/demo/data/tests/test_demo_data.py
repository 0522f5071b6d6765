"""The demo's files refer to each other correctly, and what they invent can't be taken for real."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.decisions.saved_views import list_saved_views
from catalog.decisions.selectors import list_decided_services
from catalog.editing.saved_views import list_saved_views as list_region_views
from catalog.local.models import LocalState
from catalog.local.selectors import list_local_records
from catalog.resolution.decide import STORED_DECISIONS
from shared_services.portal.theme_presets import PRESETS
from shared_services.portal.theming import check_theme, theme_from_dict
from tenants.actors import Actor
from tenants.context import as_editor, in_tenant
from tenants.editors.selectors import get_editor_id
from tenants.registry.sites import directory
from tenants.staff.selectors import get_account_id

DATA = Path(__file__).resolve().parent.parent
ROOT = DATA.parents[2]
SERVICES = {path.stem: path for path in (ROOT / "catalog/data/services").glob("*.yaml")}


def load(path: Path) -> dict[str, Any]:
    """Read one file."""
    return dict(yaml.safe_load(path.read_text("utf-8")))


TENANTS = {tenant["slug"]: tenant for tenant in load(DATA / "tenants.yaml")["tenants"]}
REGIONS = {region["slug"]: region for region in load(DATA / "regions.yaml")["regions"]}
OPERATORS = {operator["slug"] for operator in load(DATA / "operators.yaml")["operators"]}
DECISIONS = {path.stem: load(path)["decisions"] for path in (DATA / "decisions").glob("*.yaml")}
PORTALS = {path.stem: load(path) for path in (DATA / "portal").glob("*.yaml")}


def test_twenty_tenants_in_three_regions() -> None:
    assert len(TENANTS) == 20
    assert len(REGIONS) == 3
    assert set(TENANTS) == set(DECISIONS) == set(PORTALS)
    for slug, tenant in TENANTS.items():
        region = REGIONS[tenant["region"]]
        assert tenant["operator"] in OPERATORS
        assert tenant["ars"].startswith(tuple(region["area_prefixes"])), slug
        assert tenant["district"] is None or TENANTS[tenant["district"]]["kind"] == "district"
    assert all(region["operator"] in OPERATORS and region["theme_preset"] in PRESETS for region in REGIONS.values())


def test_hosts_belong_to_one_tenant_or_region() -> None:
    hosts = [host for tenant in TENANTS.values() for host in (tenant["host"], *tenant["redirect_hosts"])]
    hosts += [region["host"] for region in REGIONS.values()]
    assert len(hosts) == len(set(hosts))


def test_decisions_name_shared_services_and_respect_locks() -> None:
    for slug, decisions in DECISIONS.items():
        for service, decision in decisions.items():
            locked = set(load(SERVICES[service])["locked"])
            values = decision.get("values", {})
            assert bool(values) == (decision["decision"] == "override"), (slug, service)
            assert not any(set(fields) & locked for fields in values.values()), (slug, service)
            if decision["decision"] == "link":
                assert decision["link_url"].startswith("https://")
            if decision["decision"] == "not_offered":
                assert decision["reason"]
                assert decision["alternative"]


def test_drafts_are_of_services_that_their_towns_carry_out() -> None:
    data = load(DATA / "drafts.yaml")
    assert set(data["four_eyes"]) <= set(TENANTS)
    for draft in data["drafts"]:
        decision = DECISIONS[draft["tenant"]].get(draft["service"], {"decision": "adopt"})["decision"]
        assert decision in {"adopt", "override"}, draft["service"]
        locked = set(load(SERVICES[draft["service"]])["locked"])
        assert not any(set(fields) & locked for fields in draft["values"].values())
        assert draft["state"] in {"writing", "in_review"}
    assert {draft["tenant"] for draft in data["drafts"] if draft["state"] == "in_review"} <= set(data["four_eyes"])


def test_amounts_of_the_demo_are_marked_as_samples() -> None:
    for decisions in DECISIONS.values():
        for decision in decisions.values():
            for value in decision.get("values", {}).get("", {}).values():
                assert value["sample"] is True


def test_towns_decide_differently() -> None:
    gladbeck, dorsten = (DECISIONS[slug]["hund-anmelden"]["values"][""]["fee"] for slug in ("gladbeck", "dorsten"))
    assert gladbeck["rows"][0]["amount_cents"] != dorsten["rows"][0]["amount_cents"]


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(TENANTS))
def test_every_town_takes_over_adapts_links_and_declines(slug: str) -> None:
    with in_tenant(directory.snapshot().tenants[slug].ref):
        kinds = {one.decided.kind for one in list_decided_services(fields=())}
    assert set(STORED_DECISIONS) <= kinds


# Source: the domain register of the project, "The systems this product has to equal": what each portal names.
NAMED = {
    "guetersloh": """abfallbehaelter-anmelden abfallbehaelter-aendern abfallbehaelter-abmelden hund-anmelden
        meldebescheinigung aufenthaltsbescheinigung sperrmuell-abholen-lassen melderegisterauskunft-einfache
        geburtsurkunde eheurkunde sterbeurkunde theaterkarten-kaufen kita-platz-vormerken fundsache-suchen
        ferienangebote-buchen rechnung-online-bezahlen""",
    "dueren": """volkshochschule-kurs-buchen theaterkarten-kaufen ratsinformationen-ansehen hund-anmelden
        abfallbehaelter-anmelden abfallbehaelter-abmelden bewohnerparkausweis meldebescheinigung
        aufenthaltsbescheinigung geburtsurkunde melderegisterauskunft-einfache sepa-lastschriftmandat-erteilen
        gewerbe-anmelden gewerberegisterauskunft rechnung-online-bezahlen""",
    "gladbeck": "fahrzeug-zulassen elterngeld-beantragen kindergeld-beantragen kirchenaustritt-erklaeren",
    "muenster": "hund-anmelden wohnsitz-anmelden fahrzeug-zulassen baugenehmigung",
    "wiesmoor": """geburtsurkunde eheurkunde sterbeurkunde meldebescheinigung hund-anmelden gewerbe-anmelden
        personalausweis-beantragen osterfeuer-anzeigen abfallkalender fahrzeug-zulassen""",
}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", sorted(NAMED))
def test_a_portal_has_what_the_real_one_names(slug: str) -> None:
    with in_tenant(directory.snapshot().tenants[slug].ref):
        listed = {one.record.slug for one in list_decided_services(fields=()) if one.decided.is_listed}
    assert set(NAMED[slug].split()) <= listed


@pytest.mark.django_db
def test_nobody_begins_with_empty_lists() -> None:
    with in_tenant(directory.snapshot().tenants["recklinghausen"].ref):
        editor_id = get_account_id("redaktion@recklinghausen.example")
        kept = {one.name for one in list_saved_views(Actor(kind="staff", id=editor_id))}
        drafts = [one for one in list_local_records() if one.state is LocalState.DRAFT]
    assert {"Wartet auf Freigabe", "Noch nicht entschieden"} <= kept
    assert [one.title for one in drafts] == ["Beet im Gemeinschaftsgarten mieten"]
    with as_editor():
        region_editor = Actor(kind="editor", id=get_editor_id("redaktion@emscher-lippe.example"))
    assert "Meine offenen Entwürfe" in {one.name for one in list_region_views(region_editor)}


def test_contacts_are_invented_and_colours_readable() -> None:
    for portal in PORTALS.values():
        assert portal["contact"]["email"].endswith(".example")
        assert portal["contact"]["phone"].startswith("0221 4710 ")
        assert check_theme(theme_from_dict(portal["theme"])) == []


def test_every_town_has_an_administrator_and_an_editor() -> None:
    accounts = load(DATA / "accounts.yaml")
    staff = {(account["tenant"], account["role"]) for account in accounts["staff"]}
    assert staff >= {(slug, role) for slug in TENANTS for role in ("administrator", "editor")}
    assert {role for town, role in staff if town == "gladbeck"} == {
        "administrator",
        "editor",
        "translator",
        "clerk",
        "cashier",
        "auditor",
    }
    assert {account["operator"] for account in accounts["operators"]} == OPERATORS
    users = [account["user"] for account in (*accounts["staff"], *accounts["operators"])]
    assert len(users) == len(set(users))
