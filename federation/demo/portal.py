"""Look, contact, hours, notices and pages of a town of the demo."""

from __future__ import annotations

from collections import defaultdict
from datetime import time
from typing import Final

from federation.demo.files import Record, read
from shared_services.portal.hours import Span
from shared_services.portal.services.branding import update_branding
from shared_services.portal.services.contact import update_contact
from shared_services.portal.services.hours import set_opening_hours
from shared_services.portal.services.notices import save_notice
from shared_services.portal.services.pages import save_legal_page
from tenants.actors import Actor

_EASY_LANGUAGE: Final = "leichte_sprache"
_SIGN_LANGUAGE: Final = "gebaerdensprache"


def load_portal(actor: Actor, slug: str) -> None:
    """Apply one town's file, inside the town's context."""
    data = read(f"portal/{slug}.yaml")
    links = data["links"]
    update_branding(actor=actor, claim=data["claim"], theme=data["theme"])
    update_contact(
        actor=actor,
        values={
            **data["contact"],
            "website_url": links["website"] or "",
            "app_url": links["app"] or "",
            "council_url": links["council"] or "",
        },
    )
    set_opening_hours(actor=actor, week=_week(data["opening_hours"]), note=data.get("opening_hours_note") or {})
    for notice in data["notices"]:
        _save_notice(actor, notice)
    _save_pages(actor, data)


def _week(rows: list[Record]) -> dict[int, list[Span]]:
    week: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        span = Span(time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
        week[row["weekday"]].append(span)
    return week


def _save_notice(actor: Actor, notice: Record) -> None:
    save_notice(
        actor=actor,
        level=notice["kind"],
        texts={
            language: {"title": notice[language]["title"], "body": notice[language]["text"]}
            for language in ("de", "en")
            if language in notice
        },
        shown_from=notice["starts_on"],
        shown_to=notice["ends_on"],
    )


def _save_pages(actor: Actor, data: Record) -> None:
    easy, sign = data.get("easy_language"), data.get("sign_language")
    if easy:
        body = "".join(f"<p>{line}</p>" for line in easy["lines"])
        save_legal_page(actor=actor, kind=_EASY_LANGUAGE, language="de", title=easy["title"], body=body)
    if sign:
        body = f"<p>{sign['text']}</p>"
        save_legal_page(actor=actor, kind=_SIGN_LANGUAGE, language="de", title=sign["title"], body=body)
