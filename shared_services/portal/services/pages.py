"""Legal pages, Leichte Sprache and sign language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from catalog.services.richtext import clean_rich_text
from shared_services.portal.drafts import page_draft
from shared_services.portal.kinds import PageKind
from shared_services.portal.models import LegalPage
from shared_services.portal.placeholders import unknown_placeholders
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.services.changes import recorded_change, refuse, require_unchanged
from shared_services.portal.texts import LANGUAGES
from tenants.actors import Actor
from tenants.staff.policies import require

TITLE_LENGTH: Final = 200
BODY_LENGTH: Final = 60_000


def save_legal_page(*, actor: Actor, kind: str, language: str, title: str, body: str, seen: str = "") -> None:
    """Write a page in one language. Markup beyond XZuFi's is removed; `{{ placeholders }}` are filled when it is shown.

    Raises: NotAllowed; InvalidInput (fields `kind`, `language`, `title`, `body`); Conflict.
    """
    require(can_edit_portal, actor)
    clean = clean_rich_text(body)
    refuse(_errors(kind=kind, language=language, title=title.strip(), body=clean))
    with recorded_change(actor=actor, action="portal.page.saved", subject=f"page:{kind}:{language}"):
        page, _created = LegalPage.objects.select_for_update().get_or_create(
            kind=kind, language=language, defaults={"title": str(PageKind(kind).label)}
        )
        require_unchanged(page_draft(page), seen, updated_by=page.updated_by)
        page.title, page.body, page.updated_by = title.strip(), clean, actor.name
        page.save()


def _errors(*, kind: str, language: str, title: str, body: str) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if kind not in PageKind.values:
        errors["kind"] = [_("Diese Seite gibt es nicht.")]
    if language not in LANGUAGES:
        errors["language"] = [_("Wählen Sie Deutsch oder Englisch.")]
    if not title:
        errors["title"] = [_("Geben Sie eine Überschrift ein.")]
    elif len(title) > TITLE_LENGTH:
        errors["title"] = [_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=TITLE_LENGTH)]
    if len(body) > BODY_LENGTH:
        errors["body"] = [_("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=BODY_LENGTH)]
    elif unknown := unknown_placeholders(body):
        errors["body"] = [_("Diesen Platzhalter gibt es nicht: {name}.").format(name=", ".join(unknown))]
    return errors
