"""What editors see before they change something: the stored values, and the mark that their form carries back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from shared_services.portal import drafts
from shared_services.portal.drafts import Draft
from shared_services.portal.kinds import PageKind
from shared_services.portal.models import AccessibilityFacts, LegalPage, Notice, PortalProfile
from shared_services.portal.policies import can_edit_portal
from shared_services.portal.texts import LANGUAGES, fingerprint
from tenants.actors import Actor
from tenants.errors import NotFound
from tenants.staff.policies import require


@dataclass(frozen=True, slots=True)
class EditState:
    """Stored values. `seen` goes to the service with the change; it differs once somebody else was faster."""

    values: Draft
    seen: str
    updated_by: str = ""


def _state(values: Draft, updated_by: str) -> EditState:
    return EditState(values, fingerprint(values), updated_by)


def _profile() -> PortalProfile:
    return PortalProfile.objects.first() or PortalProfile()


def branding_state(*, actor: Actor) -> EditState:
    """Return claim and colours. Raises: NotAllowed."""
    require(can_edit_portal, actor)
    profile = _profile()
    return _state(drafts.branding_draft(profile), profile.updated_by)


def contact_state(*, actor: Actor) -> EditState:
    """Return the contact data. Raises: NotAllowed."""
    require(can_edit_portal, actor)
    profile = _profile()
    return _state(drafts.contact_draft(profile), profile.updated_by)


def hours_state(*, actor: Actor) -> EditState:
    """Return the usual week and its note. Raises: NotAllowed."""
    require(can_edit_portal, actor)
    profile = _profile()
    return _state(drafts.hours_draft(profile), profile.updated_by)


def notice_state(*, actor: Actor, notice_id: UUID) -> EditState:
    """Return a notice. Raises: NotAllowed; NotFound."""
    require(can_edit_portal, actor)
    notice = Notice.objects.filter(id=notice_id).first()
    if notice is None:
        raise NotFound(_("Diesen Hinweis gibt es nicht mehr. Vielleicht hat ihn jemand anderes gelöscht."))
    return _state(drafts.notice_draft(notice), notice.updated_by)


def page_state(*, actor: Actor, kind: str, language: str) -> EditState:
    """Return a legal page, an empty one if it was never written. Raises: NotAllowed; NotFound for an unknown kind."""
    require(can_edit_portal, actor)
    if kind not in PageKind.values or language not in LANGUAGES:
        raise NotFound(_("Diese Seite gibt es nicht."))
    page = LegalPage.objects.filter(kind=kind, language=language).first()
    if page is None:
        page = LegalPage(kind=kind, language=language, title=str(PageKind(kind).label))
    return _state(drafts.page_draft(page), page.updated_by)


def accessibility_state(*, actor: Actor) -> EditState:
    """Return the facts of the accessibility statement. Raises: NotAllowed; NotFound."""
    require(can_edit_portal, actor)
    facts = AccessibilityFacts.objects.first()
    if facts is None:
        raise NotFound(_("Diese Seite gibt es noch nicht."))
    return _state(drafts.accessibility_draft(facts), facts.updated_by)
