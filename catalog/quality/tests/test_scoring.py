"""The score of a service: each part answers for one thing, and says what to do next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.quality.scoring import ESSENTIAL, TRANSLATED, WEIGHTS, Facts, Part, Score, score
from catalog.quality.wording import describe_part
from catalog.resolution.resolve import resolve
from catalog.resolution.values import (
    EASY_LANGUAGE,
    FIELDS,
    EffectiveService,
    Json,
    Layer,
    LayerRow,
    Provenance,
    ServiceHead,
)

TODAY = dt.date(2026, 11, 26)
HEAD = ServiceHead(UUID(int=1), "hund-anmelden", Layer.MUNICIPALITY)
TEXT = "<p>Sie haben einen Hund. Melden Sie ihn an. Das geht im Rathaus.</p>"
FEE: dict[str, Json] = {"kind": "fixed", "amount_cents": 4800}
GOOD = Facts(changed_on=TODAY, approved_on=TODAY, links={"https://a.example": True})


def value_of(name: str) -> Json:
    shape = FIELDS[name].shape
    values: dict[str, Json] = {"fee": FEE, "processing_time": {"min_days": 1, "max_days": 3}}
    return values.get(shape, TEXT)


def service(**changed: Any) -> EffectiveService:
    """Return a perfect service; `changed`: `field` or `field__language` -> value, `...` takes the row away."""
    rows: dict[tuple[str, str], Any] = {}
    for name in ESSENTIAL:
        rows[name, "de" if FIELDS[name].has_languages else ""] = value_of(name)
    for name in TRANSLATED:
        rows[name, "en"] = rows[name, EASY_LANGUAGE] = value_of(name)
    for key, value in changed.items():
        name, _sep, language = key.partition("__")
        rows[name, {"easy": EASY_LANGUAGE}.get(language, language or ("de" if FIELDS[name].has_languages else ""))] = (
            value
        )
    origin = Provenance(Layer.FEDERATION)
    return resolve(
        HEAD, [LayerRow(name, language, value, origin) for (name, language), value in rows.items() if value is not ...]
    )


def points(found: Score, part: Part) -> int:
    return found.part(part).points


def test_a_perfect_service_has_all_points_and_nothing_left_to_do() -> None:
    found = score(service(), GOOD, TODAY)
    assert found.total == 100
    assert found.next_steps == ()
    assert sum(WEIGHTS.values()) == 100


def test_a_missing_module_costs_and_is_named() -> None:
    found = score(service(legal_basis=..., procedure=...), GOOD, TODAY)
    part = found.part(Part.COMPLETENESS)
    assert part.points == round(100 * 9 / 11)
    assert part.data["missing"] == ["procedure", "legal_basis"]
    text = describe_part(part, slug="hund-anmelden")
    assert text.finding == "Es fehlt: Ablauf, Rechtsgrundlage."
    assert text.href == "/verwaltung/leistungen/hund-anmelden/feld/procedure/de/"
    assert found.next_steps[0].part is Part.COMPLETENESS


def test_left_empty_on_purpose_is_an_answer() -> None:
    assert score(service(legal_basis=None, fee=None), GOOD, TODAY).total == 100


def test_who_is_responsible_may_stand_in_the_catalogue_or_as_contact() -> None:
    bare = service(competent_office=...)
    assert points(score(bare, GOOD, TODAY), Part.COMPLETENESS) < 100
    assert points(score(bare, replace(GOOD, has_authority=True), TODAY), Part.COMPLETENESS) == 100
    assert points(score(service(competent_office=..., contact_point=TEXT), GOOD, TODAY), Part.COMPLETENESS) == 100


@pytest.mark.parametrize(
    ("fee", "expected"), [(FEE, 100), ({**FEE, "sample": True}, 50), ({"kind": "free"}, 100), (..., 0)]
)
def test_fee(fee: Any, expected: int) -> None:
    part = score(service(fee=fee), GOOD, TODAY).part(Part.FEE)
    assert part.points == expected
    assert bool(describe_part(part, slug="x").href) == (expected < 100)


@pytest.mark.parametrize(("days", "expected"), [(0, 100), (365, 100), (547, 50), (730, 0), (5000, 0)])
def test_texts_grow_old_after_a_year(days: int, expected: int) -> None:
    facts = replace(GOOD, changed_on=TODAY - dt.timedelta(days=days), approved_on=None)
    found = score(service(), facts, TODAY)
    assert points(found, Part.FRESHNESS) == pytest.approx(expected, abs=1)
    assert points(found, Part.APPROVAL) == 0


def test_one_broken_link_costs_at_least_half() -> None:
    links = {f"https://{number}.example": True for number in range(9)} | {"https://tot.example": False}
    part = score(service(), replace(GOOD, links=links), TODAY).part(Part.LINKS)
    assert part.points == 50
    assert describe_part(part, slug="x").finding == "1 Link funktioniert nicht."
    assert points(score(service(), replace(GOOD, links=dict.fromkeys(links, None)), TODAY), Part.LINKS) == 100


def test_missing_translations_are_named_english_first() -> None:
    part = score(service(procedure__en=..., teaser__easy=...), GOOD, TODAY).part(Part.TRANSLATIONS)
    assert part.points == round(100 * (0.7 * 4 / 5 + 0.3 * 4 / 5))
    text = describe_part(part, slug="hund-anmelden")
    assert text.finding == "Englisch fehlt: Ablauf. Leichte Sprache fehlt: Kurz gesagt."
    assert text.href.endswith("/feld/procedure/en/")


def test_what_nobody_has_written_needs_no_translation() -> None:
    assert (
        points(score(service(procedure=..., procedure__en=..., procedure__easy=...), GOOD, TODAY), Part.TRANSLATIONS)
        == 100
    )


def test_hard_language_costs_and_leads_to_the_hardest_text() -> None:
    hard = (
        "<p>Die Hundesteuerpflichtigkeit beginnt mit der Aufnahme des Tieres in den Haushalt beziehungsweise "
        "Wirtschaftsbetrieb, wobei die Anmeldeverpflichtung durch die Haltungsberechtigten innerhalb der festgelegten "
        "Ausschlussfrist gegenüber der Steuerverwaltung wahrgenommen werden muss.</p>"
    )
    part = score(service(procedure=hard), GOOD, TODAY).part(Part.PLAIN_LANGUAGE)
    assert part.points < 100
    text = describe_part(part, slug="hund-anmelden")
    assert "Beginnen Sie hier: Ablauf" in text.advice
    assert text.href.endswith("/feld/procedure/de/")
    assert points(score(service(**dict.fromkeys(ESSENTIAL, ...)), GOOD, TODAY), Part.PLAIN_LANGUAGE) == 0


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    kept=st.sets(st.sampled_from(ESSENTIAL)),
    age=st.integers(0, 3000),
    links=st.dictionaries(st.sampled_from(["https://a.example", "https://b.example"]), st.none() | st.booleans()),
)
def test_scores_stay_in_bounds_and_a_better_service_never_scores_less(
    kept: set[str], age: int, links: dict[str, bool | None]
) -> None:
    day = TODAY - dt.timedelta(days=age)
    found = score(service(**{name: ... for name in ESSENTIAL if name not in kept}), Facts(links, day, day), TODAY)
    assert 0 <= found.total <= 100
    assert all(0 <= one.points <= 100 for one in found.parts)
    assert all(describe_part(one, slug="x").finding for one in found.parts)
    fresher = score(service(**{name: ... for name in ESSENTIAL if name not in kept}), Facts(links, TODAY, TODAY), TODAY)
    assert fresher.total >= found.total


def test_who_stays_with_a_version_hears_what_it_misses() -> None:
    fresh = score(service(), GOOD, TODAY)
    missed = score(service(), replace(GOOD, held_version=3, missed=2), TODAY)
    assert (points(fresh, Part.FRESHNESS), points(missed, Part.FRESHNESS)) == (100, 50)
    text = describe_part(missed.part(Part.FRESHNESS), slug="hund-anmelden")
    assert text.finding == "Sie bleiben bei Fassung 3 und verpassen 2 Änderungen von oben."
    assert "verwenden Sie die neueste Fassung" in text.advice
    assert text.href.endswith("/hund-anmelden/#fassung")
