"""One service in all towns of a region: what it costs, how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.pinning import pin_service
from catalog.decisions.selectors import get_town_service
from catalog.decisions.services import clear_override, set_override
from catalog.search.comparison import compare_towns, usual_unit
from catalog.services.models import LayerValue
from catalog.services.selectors import get_service
from catalog.services.versions import keep_versions
from tenants.actors import Actor
from tenants.context import as_operator, as_umbrella, in_tenant
from tenants.outbox.services import project_waiting
from tenants.registry.generations import touch_catalogue
from tenants.registry.sites import TenantInfo, directory

pytestmark = pytest.mark.django_db
DOG = "/leistungen/hund-anmelden/vergleich/"


def page(visit: Callable[[str], Client], path: str, host: str = "emscher-lippe.localhost") -> str:
    answer = visit(host).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def editor_of(town: TenantInfo) -> Actor:
    return Actor(kind="staff", name="Edda", id=UUID(int=7), tenant_id=town.id, roles=frozenset({"editor"}))


def set_fee(town: TenantInfo, editor: Actor, value: object) -> None:
    with in_tenant(town.ref):
        service = get_town_service("hund-anmelden")
        set_override(actor=editor, service_id=service.id, field="fee", language="", value=value)
    project_waiting()


def test_each_town_that_does_it_stands_there_with_its_fee(visit: Callable[[str], Client]) -> None:
    text = page(visit, DOG)
    for name in ("Gladbeck", "Dorsten", "Marl"):
        assert f">{name}<" in text
    assert "Kreis Recklinghausen</a>" not in text
    assert "Münster" not in text
    assert "<svg" in text.split('id="kosten"')[1]


def test_a_towns_new_fee_stands_there_once_it_is_projected(
    visit: Callable[[str], Client], gladbeck: TenantInfo
) -> None:
    editor = editor_of(gladbeck)
    set_fee(gladbeck, editor, {"kind": "fixed", "amount_cents": 12345, "unit": "pro Jahr"})
    assert "123,45" in page(visit, DOG)
    with in_tenant(gladbeck.ref):
        service = get_town_service("hund-anmelden")
        clear_override(actor=editor, service_id=service.id, field="fee", language="")
    project_waiting()
    assert "123,45" not in page(visit, DOG)


def test_invented_times_are_marked_as_fees_are(visit: Callable[[str], Client], gladbeck: TenantInfo) -> None:
    editor = editor_of(gladbeck)
    with in_tenant(gladbeck.ref):
        service = get_town_service("hund-anmelden")
        for field, value in (
            ("fee", {"kind": "fixed", "amount_cents": 900}),
            ("processing_time", {"min_days": 3, "max_days": 5, "sample": True}),
            ("deadline", {"days": 14, "sample": True}),
        ):
            set_override(actor=editor, service_id=service.id, field=field, language="", value=value)
    project_waiting()
    cells = page(visit, DOG).split(">Gladbeck<")[1].split("</tr>")[0].split("<td")[1:]
    assert ["Beispielangabe" in cell for cell in cells] == [False, True, True]


def test_towns_come_in_the_order_that_was_asked_for(visit: Callable[[str], Client], gladbeck: TenantInfo) -> None:
    set_fee(gladbeck, editor_of(gladbeck), {"kind": "free"})
    by_name, by_fee = page(visit, DOG), page(visit, f"{DOG}?sortieren=kosten")
    assert by_name.index(">Bottrop<") < by_name.index(">Gladbeck<")
    assert by_fee.index(">Gladbeck<") < by_fee.index(">Bottrop<")
    assert 'aria-current="true"' in by_fee
    assert page(visit, f"{DOG}?sortieren=unsinn").count('aria-current="true"') == 1


def test_what_is_charged_for_something_else_is_not_in_the_chart(
    visit: Callable[[str], Client], gladbeck: TenantInfo
) -> None:
    set_fee(gladbeck, editor_of(gladbeck), {"kind": "fixed", "amount_cents": 999, "unit": "pro Tag"})
    text = page(visit, DOG)
    assert "anders berechnet" in text
    assert "Gladbeck" not in text.split('id="kosten"')[1].split("</section>")[0]


def test_the_number_of_towns_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    directory.snapshot()
    with as_umbrella():
        record = get_service("hund-anmelden")
        with django_assert_num_queries(2):  # the decisions on this service, the versions with which towns stay
            found = compare_towns(record, region="emscher-lippe")
    assert len(found) == 12
    assert usual_unit(found)


def test_where_nobody_does_it_the_page_says_so(visit: Callable[[str], Client]) -> None:
    assert "Nichts zu vergleichen" in page(visit, "/leistungen/kindergeld-beantragen/vergleich/")
    assert visit("emscher-lippe.localhost").get("/leistungen/gibt-es-nicht/vergleich/").status_code == 404
    assert "Compare" in page(visit, f"/en{DOG}") or "Comparison" in page(visit, f"/en{DOG}")


def test_a_town_that_stays_with_a_version_is_marked_and_not_its_own(
    visit: Callable[[str], Client], gladbeck: TenantInfo
) -> None:
    editor = editor_of(gladbeck)
    with in_tenant(gladbeck.ref):
        service = get_town_service("meldebescheinigung")
        pin_service(actor=editor, service_id=service.id)
        number = get_town_service("meldebescheinigung").pinned_version
    with as_operator(), transaction.atomic():
        LayerValue.objects.filter(service_id=service.id, field="fee").update(
            value={"kind": "fixed", "amount_cents": 4321}, version=99
        )
        keep_versions([service.id], author="Rita Region")
        touch_catalogue()
    project_waiting()
    text = page(visit, "/leistungen/meldebescheinigung/vergleich/")
    row = text.split(">Gladbeck<")[1].split("</tr>")[0]
    assert f"Katalog, Stand Fassung {number}" in row
    assert "43,21" not in row
    assert "43,21" in text
