"""The matrix tells what every town does: the same as asking each town for each service, in the same few queries."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.decisions.selectors import list_town_services
from catalog.decisions.services import set_decision, set_override
from catalog.editing import matrix as matrices
from catalog.editing.matrix import Matrix, get_matrix
from catalog.editing.matrix_filters import MatrixFilters, read_filters
from catalog.editing.matrix_towns import Cell, list_region_towns
from catalog.editing.tests.cast import sign_in_editor
from catalog.resolution.decide import Decision
from catalog.services.selectors import list_categories
from tenants.actors import system_actor
from tenants.context import as_editor, in_tenant
from tenants.registry.sites import TenantInfo

REGION = "emscher-lippe"
SYSTEM = system_actor("tests")
Find = Callable[[str], UUID]
Model = dict[tuple[str, str], Decision]


@pytest.fixture
def decided(gladbeck: TenantInfo, dorsten: TenantInfo, service_id: Find, project: Callable[[], None]) -> None:
    """Let towns decide in every way there is."""
    with in_tenant(gladbeck.ref):
        for slug in ("hund-anmelden", "wohngeld-beantragen"):
            set_decision(actor=SYSTEM, service_id=service_id(slug), decision=Decision.OVERRIDE)
        set_override(
            actor=SYSTEM, service_id=service_id("hund-anmelden"), field="notes", language="de", value="<p>Hier.</p>"
        )
        set_decision(
            actor=SYSTEM,
            service_id=service_id("abfallkalender"),
            decision=Decision.LINK,
            link_url="https://abfall.example/",
            link_authority="Abfallbetrieb",
        )
    with in_tenant(dorsten.ref):
        set_decision(
            actor=SYSTEM,
            service_id=service_id("abfallkalender"),
            decision=Decision.NOT_OFFERED,
            reason="Macht der Kreis.",
        )
    project()


def asked(towns: list[TenantInfo]) -> Model:
    """Return what each town itself says it does, one town after the other."""
    found: Model = {}
    for town in towns:
        with in_tenant(town.ref):
            for one in list_town_services():
                found[town.slug, one.slug] = one.decided.kind
    return found


def read(**filters: object) -> Matrix:
    """Return a page of the matrix."""
    with as_editor():
        return get_matrix(region=REGION, filters=MatrixFilters(**filters), language="de")  # type: ignore[arg-type]


def cells_of(found: Matrix) -> Model:
    """Return the cells of a page by town and service."""
    return {
        (column.town.slug, row.record.slug): cell.decision
        for row in found.rows
        for column, cell in zip(found.columns, row.cells, strict=True)
    }


def all_pages(**filters: object) -> list[Matrix]:
    """Return all pages of rows; the demo's towns fit on one page of columns."""
    first = read(**filters)
    return [first, *(read(**{**filters, "seite": number}) for number in range(2, first.row_pages + 1))]


@pytest.mark.usefixtures("decided")
def test_cells_are_what_the_towns_say_themselves() -> None:
    towns = list_region_towns(REGION)
    model = asked(towns)
    seen: Model = {}
    for page in all_pages():
        seen |= cells_of(page)
    assert seen == model
    assert {Decision.ADOPT, Decision.OVERRIDE, Decision.LINK, Decision.NOT_OFFERED, Decision.NOBODY} == set(
        seen.values()
    )


@pytest.mark.usefixtures("decided")
def test_totals_count_all_towns_and_all_services() -> None:
    model = asked(list_region_towns(REGION))
    for page in all_pages():
        for row in page.rows:
            expected = Counter(kind for (_town, slug), kind in model.items() if slug == row.record.slug)
            assert {kind: row.totals.count(kind) for kind in Decision} == {kind: expected[kind] for kind in Decision}
        for column in page.columns:
            expected = Counter(kind for (town, _slug), kind in model.items() if town == column.town.slug)
            assert {kind: column.totals.count(kind) for kind in Decision} == {kind: expected[kind] for kind in Decision}


@pytest.mark.usefixtures("decided")
@pytest.mark.parametrize("wanted", ["override", "link", "not_offered", "nobody"])
def test_rows_are_those_in_which_some_town_decided_so(wanted: str) -> None:
    model = asked(list_region_towns(REGION))
    expected = {slug for (_town, slug), kind in model.items() if kind == wanted}
    assert {row.record.slug for page in all_pages(entscheidung=wanted) for row in page.rows} == expected


@pytest.mark.usefixtures("decided")
def test_a_kind_of_town_narrows_columns_and_totals() -> None:
    towns = list_region_towns(REGION, kind="district")
    assert [town.slug for town in towns] == ["kreis-recklinghausen"]
    model = asked(towns)
    seen: Model = {}
    for page in all_pages(art="district"):
        seen |= cells_of(page)
        assert all(sum(row.totals.count(kind) for kind in Decision) == 1 for row in page.rows)
    assert seen == model


@pytest.mark.usefixtures("decided")
def test_details_say_which_fields_and_where_a_link_leads() -> None:
    found = read(suche="hund")
    cell = cell_at(found, "gladbeck", "hund-anmelden")
    assert "notes" in cell.fields
    assert not cell.is_preset
    found = read(suche="abfallkalender")
    cell = cell_at(found, "gladbeck", "abfallkalender")
    assert (cell.link_url, cell.link_authority) == ("https://abfall.example/", "Abfallbetrieb")


def cell_at(found: Matrix, town: str, slug: str) -> Cell:
    """Return one cell of a page."""
    row = next(row for row in found.rows if row.record.slug == slug)
    number = next(number for number, column in enumerate(found.columns) if column.town.slug == town)
    return row.cells[number]


def test_pages_go_in_both_directions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrices, "ROWS", 10)
    monkeypatch.setattr(matrices, "COLUMNS", 4)
    whole = cells_of(read())
    first = read()
    assert (len(first.rows), len(first.columns)) == (10, 4)
    seen: Model = {}
    for rows in range(1, first.row_pages + 1):
        for columns in range(1, first.column_pages + 1):
            seen |= cells_of(read(seite=rows, spalten=columns))
    assert len(seen) == first.services * first.towns
    assert whole.items() <= seen.items()
    assert read(seite=999, spalten=999).row_page == first.row_pages


def test_queries_do_not_grow_with_rows_and_columns(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    list_region_towns(REGION)
    # Services; decisions of the rows; details of the cells; decisions of the columns.
    for rows, columns in ((3, 2), (50, 30)):
        monkeypatch.setattr(matrices, "ROWS", rows)
        monkeypatch.setattr(matrices, "COLUMNS", columns)
        with as_editor(), django_assert_num_queries(4):
            get_matrix(region=REGION, filters=MatrixFilters(), language="de")
    # And all decisions, where they say which rows there are.
    with as_editor(), django_assert_num_queries(5):
        get_matrix(region=REGION, filters=MatrixFilters(nur="abweichend"), language="de")


def test_unknown_filters_count_as_not_set(db: None) -> None:
    given = QueryDict("thema=gibt-es-nicht&ebene=mond&entscheidung=x&art=dorf&nur=ja&seite=-3&spalten=zwei&suche=%00+a")
    with as_editor():
        filters = read_filters(given, categories=list_categories(), towns=list_region_towns(REGION))
    assert filters == MatrixFilters(suche="a")


@pytest.fixture
def client(visit: Callable[[str], Client]) -> Client:
    """Return a browser in which an editor of the region is signed in."""
    return sign_in_editor(visit, REGION)


@pytest.mark.usefixtures("decided")
def test_the_page_names_what_is_seen_and_links_both_ways(client: Client) -> None:
    page = client.get("/redaktion/matrix/", {"suche": "Hund anmelden"}).content.decode()
    assert "Gladbeck: angepasst; " in page
    assert "gladbeck.localhost" in page
    assert 'href="/redaktion/leistungen/hund-anmelden/"' in page
    assert 'scope="row"' in page


@pytest.mark.usefixtures("decided")
def test_the_file_has_every_service_and_every_town(client: Client) -> None:
    answer = client.get("/redaktion/matrix/csv/")
    assert answer["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    head, rows = lines[0], [line for line in lines[1:] if len(line) > 3]
    towns = list_region_towns(REGION)
    assert head[3:] == [town.name for town in towns]
    model = asked(towns)
    assert len(rows) == len({slug for _town, slug in model})
    by_slug = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_slug["abfallkalender"]["Gladbeck"] == "verlinkt"
    assert by_slug["abfallkalender"]["Dorsten"] == "nicht angeboten"
    assert by_slug["hund-anmelden"]["Gladbeck"] == "angepasst"


def test_another_regions_towns_are_not_in_it(db: None) -> None:
    assert {column.town.region_slug for column in read().columns} == {REGION}
