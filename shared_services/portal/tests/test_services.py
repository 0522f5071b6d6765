"""Writes: who may, what is refused, what the audit trail says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from shared_services.portal import editing, selectors, services
from shared_services.portal.hours import Span
from shared_services.portal.models import Notice
from shared_services.portal.theme_presets import NEUTRAL
from tenants.actors import ANONYMOUS, Actor
from tenants.audit.selectors import list_entries
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.ids import uuid7
from tenants.registry.models import Generation
from tenants.registry.sites import TenantInfo

TEXTS = {"de": {"title": "Rathaus geschlossen", "body": "Am Montag."}, "en": {"title": "Closed", "body": ""}}
TODAY = date(2026, 11, 23)

WRITES: dict[str, Callable[[Actor], object]] = {
    "branding": lambda actor: services.update_branding(actor=actor, claim={}, theme=NEUTRAL.as_dict()),
    "logo": lambda actor: services.remove_logo(actor=actor),
    "contact": lambda actor: services.update_contact(actor=actor, values={}),
    "hours": lambda actor: services.set_opening_hours(actor=actor, week={}, note={}),
    "exception": lambda actor: services.add_hours_exception(actor=actor, day=timezone.localdate(), span=None, note={}),
    "notice": lambda actor: services.save_notice(actor=actor, level="info", texts=TEXTS, shown_from=TODAY),
    "page": lambda actor: services.save_legal_page(actor=actor, kind="imprint", language="de", title="I", body="x"),
    "accessibility": lambda actor: services.update_accessibility(
        actor=actor, conformance="partial", method={"de": "selbst"}, gaps=[], evaluated_on=TODAY - timedelta(days=9)
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_only_staff_of_this_town_may_write(name: str, in_gladbeck: TenantInfo, neighbour: Actor, editor: Actor) -> None:
    for stranger in (ANONYMOUS, neighbour, Actor(kind="operator", id=uuid7(), operator_id=uuid7())):
        with pytest.raises(NotAllowed):
            WRITES[name](stranger)
    WRITES[name](editor)


@pytest.mark.parametrize("name", WRITES)
def test_every_write_is_recorded_and_refreshes_cached_pages(name: str, in_gladbeck: TenantInfo, editor: Actor) -> None:
    before = Generation.objects.get(scope=in_gladbeck.ref.role).number
    WRITES[name](editor)
    [entry, *_earlier] = list_entries(tenant_id=in_gladbeck.id)
    assert entry.action.startswith("portal.")
    assert entry.actor_id == editor.id
    assert Generation.objects.get(scope=in_gladbeck.ref.role).number == before + 1


def test_contact_is_stored_and_its_audit_entry_names_fields_only(in_gladbeck: TenantInfo, editor: Actor) -> None:
    services.update_contact(actor=editor, values={"phone": "02043 99 0", "email": "rathaus@gladbeck.example"})
    contact = selectors.get_contact()
    assert (contact.phone, contact.email, contact.street) == ("02043 990", "rathaus@gladbeck.example", "")
    [entry, *_earlier] = list_entries(tenant_id=in_gladbeck.id)
    assert {"phone", "email", "street"} <= set(entry.data["fields"])
    assert "02043" not in str(entry.data)


def test_a_second_editor_does_not_overwrite_the_first_unseen(in_gladbeck: TenantInfo, editor: Actor) -> None:
    seen = editing.contact_state(actor=editor).seen
    services.update_contact(actor=editor, values={"unit": "Bürgerbüro Nord"}, seen=seen)
    with pytest.raises(Conflict) as refused:
        services.update_contact(actor=editor, values={"unit": "Bürgerbüro Süd"}, seen=seen)
    assert refused.value.data["updated_by"] == editor.name
    assert selectors.get_contact().unit == "Bürgerbüro Nord"
    services.update_branding(actor=editor, claim={"de": "Neu"}, theme=NEUTRAL.as_dict())
    services.update_contact(actor=editor, values={"unit": "Süd"}, seen=editing.contact_state(actor=editor).seen)


def test_a_theme_below_aa_is_refused_with_its_measure(in_gladbeck: TenantInfo, editor: Actor) -> None:
    before = selectors.get_profile().theme
    theme = NEUTRAL.as_dict()
    theme["light"]["header_text"] = theme["light"]["header_background"]
    with pytest.raises(InvalidInput, match="1,0 : 1, nötig sind 4,5 : 1"):
        services.update_branding(actor=editor, claim={}, theme=theme)
    assert selectors.get_profile().theme == before


def test_hours_are_replaced_and_exceptions_stay(in_gladbeck: TenantInfo, editor: Actor) -> None:
    day = timezone.localdate() + timedelta(days=40)
    services.add_hours_exception(actor=editor, day=day, span=Span(time(9), time(10)), note={"de": "Inventur"})
    services.set_opening_hours(actor=editor, week={2: [Span(time(8), time(12))]}, note={"de": "Nur mit Termin"})
    week = selectors.get_week()
    assert week.usual == ((2, Span(time(8), time(12))),)
    assert week.spans_on(day) == (Span(time(9), time(10)),)
    [(exception_id, _day)] = selectors.list_exceptions(actor=editor)
    services.delete_hours_exception(actor=editor, exception_id=exception_id)
    assert selectors.get_week().exceptions == ()
    with pytest.raises(NotFound):
        services.delete_hours_exception(actor=editor, exception_id=exception_id)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([Span(time(12), time(8))], "nach dem Beginn"),
        ([Span(time(8), time(12)), Span(time(11), time(13))], "überschneiden"),
    ],
)
def test_impossible_hours_are_refused_at_their_day(
    spans: list[Span], words: str, in_gladbeck: TenantInfo, editor: Actor
) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.set_opening_hours(actor=editor, week={3: spans}, note={})
    assert words in refused.value.fields["day_3"][0]


def test_a_day_in_the_past_needs_no_exception(in_gladbeck: TenantInfo, editor: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.add_hours_exception(actor=editor, day=timezone.localdate() - timedelta(days=1), span=None, note={})
    assert list(refused.value.fields) == ["day"]


def test_notices_are_shown_on_their_days_only(in_gladbeck: TenantInfo, editor: Actor) -> None:
    Notice.objects.all().delete()
    notice_id = services.save_notice(
        actor=editor, level="warning", texts=TEXTS, shown_from=TODAY, shown_to=TODAY + timedelta(days=1)
    )
    shown = [len(selectors.list_current_notices(today=TODAY + timedelta(days=days))) for days in (-1, 0, 1, 2)]
    assert shown == [0, 1, 1, 0]
    services.delete_notice(actor=editor, notice_id=notice_id)
    assert selectors.list_notices(actor=editor) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"texts": {"en": {"title": "Closed", "body": ""}}}, "title_de"),
        ({"texts": {**TEXTS, "en": {"title": "", "body": "text"}}}, "title_en"),
        ({"level": "alarm"}, "level"),
        ({"shown_to": TODAY - timedelta(days=1)}, "shown_to"),
        ({"texts": {"de": {"title": "x" * 121, "body": ""}}}, "title_de"),
    ],
)
def test_notices_that_nobody_could_read_are_refused(
    change: dict[str, object], field: str, in_gladbeck: TenantInfo, editor: Actor
) -> None:
    wish = {"level": "info", "texts": TEXTS, "shown_from": TODAY, **change}
    with pytest.raises(InvalidInput) as refused:
        services.save_notice(actor=editor, **wish)  # type: ignore[arg-type]
    assert field in refused.value.fields


def test_pages_keep_allowed_markup_only(in_gladbeck: TenantInfo, editor: Actor) -> None:
    body = '<h2 onclick="x">Herausgeber</h2><script>alert(1)</script><p>{{ address }} <a href="javascript:x">l</a></p>'
    services.save_legal_page(actor=editor, kind="imprint", language="de", title="Impressum", body=body)
    page = selectors.get_page("imprint", language="de")
    assert "<h2>Herausgeber</h2>" in page.body
    assert "{{ address }}" in page.body
    assert "script" not in page.body
    assert "onclick" not in page.body


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"kind": "blog"}, "kind"),
        ({"language": "fr"}, "language"),
        ({"title": " "}, "title"),
        ({"body": "<p>{{ adress }}</p>"}, "body"),
    ],
)
def test_wrong_pages_are_refused(wish: dict[str, str], field: str, in_gladbeck: TenantInfo, editor: Actor) -> None:
    page = {"kind": "imprint", "language": "de", "title": "Impressum", "body": "x", **wish}
    with pytest.raises(InvalidInput) as refused:
        services.save_legal_page(actor=editor, **page)
    assert field in refused.value.fields


def test_the_statement_contradicts_itself_in_no_way(in_gladbeck: TenantInfo, editor: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.update_accessibility(
            actor=editor,
            conformance="full",
            method={"de": "selbst"},
            gaps=[{"de": "Ein Video fehlt"}],
            evaluated_on=timezone.localdate() + timedelta(days=1),
        )
    assert set(refused.value.fields) == {"conformance", "evaluated_on"}


def test_feedback_has_limits(in_gladbeck: TenantInfo, editor: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.submit_feedback(actor=ANONYMOUS, kind="spam", message=" ", contact="nobody", caller_key="a")
    assert set(refused.value.fields) == {"kind", "message", "contact"}
    with pytest.raises(NotAllowed):
        selectors.list_feedback(actor=ANONYMOUS)


def test_what_people_write_stays_out_of_the_audit_trail(in_gladbeck: TenantInfo, editor: Actor) -> None:
    feedback_id = services.submit_feedback(
        actor=ANONYMOUS, kind="pilot", message="Mein Geheimnis", contact="p@q.example", caller_key="b"
    )
    services.mark_feedback_handled(actor=editor, feedback_id=feedback_id)
    services.delete_feedback(actor=editor, feedback_id=feedback_id)
    entries = list_entries(tenant_id=in_gladbeck.id, limit=3)
    assert [entry.action.rpartition(".")[2] for entry in entries] == ["deleted", "handled", "received"]
    assert "Geheimnis" not in str([entry.data for entry in entries])
