"""News on the home page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from shared_services.portal.drafts import notice_draft
from shared_services.portal.kinds import NoticeLevel
from shared_services.portal.models import Notice
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.services.changes import recorded_change, refuse, require_unchanged
from shared_services.portal.texts import LANGUAGES, SOURCE_LANGUAGE
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.ids import uuid7
from tenants.staff.policies import require

TITLE_LENGTH: Final = 120
BODY_LENGTH: Final = 1000

NoticeTexts = Mapping[str, Mapping[str, str]]


def save_notice(
    *,
    actor: Actor,
    level: str,
    texts: NoticeTexts,
    shown_from: date,
    shown_to: date | None = None,
    notice_id: UUID | None = None,
    seen: str = "",
) -> UUID:
    """Create a notice, or change the one named; return its id. `texts`: language → `{"title", "body"}`, German needed.

    Raises: NotAllowed; InvalidInput (fields `title_de`, `body_en`, `shown_to` ...); NotFound when it is gone; Conflict.
    """
    require(can_edit_portal, actor)
    clean = _clean(texts)
    refuse(_errors(clean, level=level, shown_from=shown_from, shown_to=shown_to))
    action = "portal.notice.updated" if notice_id else "portal.notice.created"
    notice = Notice(id=uuid7())
    with recorded_change(actor=actor, action=action, subject=f"notice:{notice_id or notice.id}"):
        if notice_id:
            notice = _locked(notice_id)
            require_unchanged(notice_draft(notice), seen, updated_by=notice.updated_by)
        notice.level, notice.texts, notice.updated_by = level, clean, actor.name
        notice.shown_from, notice.shown_to = shown_from, shown_to
        notice.save()
    return notice.id


def delete_notice(*, actor: Actor, notice_id: UUID) -> None:
    """Remove a notice for good. Raises: NotAllowed; NotFound."""
    require(can_edit_portal, actor)
    with recorded_change(actor=actor, action="portal.notice.deleted", subject=f"notice:{notice_id}") as data:
        notice = _locked(notice_id)
        data["title"] = notice.texts.get(SOURCE_LANGUAGE, {}).get("title", "")
        notice.delete()


def _locked(notice_id: UUID) -> Notice:
    notice = Notice.objects.select_for_update().filter(id=notice_id).first()
    if notice is None:
        raise NotFound(_("Diesen Hinweis gibt es nicht mehr. Vielleicht hat ihn jemand anderes gelöscht."))
    return notice


def _clean(texts: NoticeTexts) -> dict[str, dict[str, str]]:
    clean = {}
    for language in LANGUAGES:
        given = texts.get(language, {})
        text = {name: given.get(name, "").replace("\r\n", "\n").strip() for name in ("title", "body")}
        if any(text.values()):
            clean[language] = text
    return clean


def _errors(texts: NoticeTexts, *, level: str, shown_from: date, shown_to: date | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if level not in NoticeLevel.values:
        errors["level"] = [_("Wählen Sie Hinweis oder Warnung.")]
    for language in {SOURCE_LANGUAGE, *texts}:
        errors |= _text_errors(language, texts.get(language, {}))
    if shown_to is not None and shown_to < shown_from:
        errors["shown_to"] = [_("Der letzte Tag liegt vor dem ersten. Prüfen Sie beide Angaben.")]
    return errors


def _text_errors(language: str, text: Mapping[str, str]) -> dict[str, list[str]]:
    errors = {}
    if not text.get("title"):
        errors[f"title_{language}"] = [_("Geben Sie eine Überschrift ein.")]
    for name, limit in (("title", TITLE_LENGTH), ("body", BODY_LENGTH)):
        if len(text.get(name, "")) > limit:
            message = _("Kürzen Sie den Text auf höchstens {limit} Zeichen.").format(limit=limit)
            errors[f"{name}_{language}"] = [message]
    return errors
