"""Check decisions, and say in words why something can't be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.decisions.models import Adoption, Override
from catalog.resolution.decide import STORED_DECISIONS, AdoptionRow, Decision, TenantProfile, decide_by_level
from catalog.resolution.resolve import area_covers
from catalog.resolution.values import Json, Provenance
from catalog.services.fields import FIELD_LABELS, LAYER_LABELS
from catalog.services.selectors import ServiceRecord
from catalog.services.structured import WrongValueError, clean_url
from tenants.errors import Conflict, InvalidInput
from tenants.registry.sites import TenantInfo

MAX_REASON = 1000
MAX_NAME = 200
NO_LINK: Final = "no_link"
ELSEWHERE: Final = "elsewhere"
IMPOSSIBLE: Final[Mapping[str, Promise]] = {
    NO_LINK: gettext_lazy("Geben Sie die Adresse an, unter der es die Leistung gibt."),
    ELSEWHERE: gettext_lazy("Diese Leistung gibt es nur an einem anderen Ort. Sie können sie verlinken."),
}


def check_decision(*, decision: str, link_url: str, link_authority: str, reason: str, alternative: str) -> AdoptionRow:
    """Return the decision with what belongs to it. Raises: InvalidInput."""
    if decision not in {one.value for one in STORED_DECISIONS}:
        raise _wrong("decision", _("Wählen Sie, was Ihre Kommune mit der Leistung macht."))
    kind = Decision(decision)
    if kind is Decision.LINK:
        return AdoptionRow(
            kind, link_url=_link(link_url), link_authority=_short("link_authority", link_authority, MAX_NAME)
        )
    if kind is Decision.NOT_OFFERED:
        reason = _short("reason", reason, MAX_REASON)
        if not reason:
            raise _wrong("reason", _("Nennen Sie den Grund: er steht auf der Seite der Leistung."))
        return AdoptionRow(kind, reason=reason, alternative=_short("alternative", alternative, MAX_REASON))
    return AdoptionRow(kind)


def require_possible(service: ServiceRecord, wanted: AdoptionRow, town: TenantInfo) -> None:
    """Refuse a decision that the place or the level of a service does not allow. Raises: InvalidInput."""
    wrong = why_impossible(service, wanted, town)
    if wrong:
        raise _wrong("link_url" if wrong == NO_LINK else "decision", str(IMPOSSIBLE[wrong]))


def why_impossible(service: ServiceRecord, wanted: AdoptionRow, town: TenantInfo) -> str:
    """Return the key in `IMPOSSIBLE` of what speaks against a decision, or ""."""
    preset = decide_by_level(service.head, TenantProfile(town.kind, town.ars, town.region_slug))
    if wanted.decision is Decision.LINK and not wanted.link_url and preset is not Decision.LINK:
        return NO_LINK
    is_here = area_covers(service.head.layer, service.head.area, ars=town.ars, region=town.region_slug)
    if not is_here and wanted.decision in {Decision.ADOPT, Decision.OVERRIDE}:
        return ELSEWHERE
    return ""


def require_adaptable(decision: str) -> None:
    """Raises: Conflict where the town does not carry the service out itself."""
    if decision not in {Decision.ADOPT, Decision.OVERRIDE}:
        raise Conflict(
            _("Diese Leistung führen Sie nicht selbst aus. Wählen Sie bei der Entscheidung zuerst „anpassen“."),
            code="not_adaptable",
        )


def locked_conflict(field: str, lock: Provenance) -> Conflict:
    """Return the error for a field that a layer above has locked."""
    return Conflict(
        _(
            "„{field}“ ist von oben gesperrt ({layer}) und gilt für alle Kommunen. "
            "Soll sich der Text ändern, wenden Sie sich an die Redaktion dieser Ebene."
        ).format(field=FIELD_LABELS[field], layer=LAYER_LABELS[lock.layer]),
        code="field_locked",
        data={"field": field, "layer": lock.layer.value},
    )


def moved_above() -> Conflict:
    """Return the error for a value from above that has changed since the editor saw it."""
    return Conflict(
        _("Oben hat sich dieses Feld inzwischen geändert. Vergleichen Sie und speichern Sie noch einmal."),
        code="above_moved",
    )


def stale_override(stored: Override | None, yours: Json) -> Conflict:
    """Return the error for a value that someone else has changed or removed meanwhile; it carries both."""
    if stored is None:
        message = _(
            "Jemand hat Ihre Abweichung inzwischen entfernt. Prüfen Sie den Text und speichern Sie noch einmal."
        )
    else:
        message = _(
            "{author} hat dieses Feld inzwischen geändert. "
            "Vergleichen Sie beide Fassungen und speichern Sie noch einmal."
        ).format(author=stored.author or _("Jemand"))
    data = {
        "theirs": stored.value if stored else None,
        "theirs_version": stored.version if stored else 0,
        "author": stored.author if stored else "",
        "changed_at": stored.changed_at.isoformat() if stored else "",
        "yours": yours,
    }
    return Conflict(message, code="stale_value", data=data)


def stale_decision(stored: Adoption) -> Conflict:
    """Return the error for a decision that someone else has changed meanwhile."""
    message = _("{author} hat inzwischen etwas anderes entschieden: „{decision}“. Prüfen Sie die Entscheidung.").format(
        author=stored.decided_by or _("Jemand"), decision=stored.get_decision_display()
    )
    data: dict[str, object] = {"decision": stored.decision, "version": stored.version, "author": stored.decided_by}
    return Conflict(message, code="stale_decision", data=data)


def _link(url: str) -> str:
    if not url.strip():
        return ""
    try:
        return clean_url(url)
    except WrongValueError as wrong:
        raise _wrong("link_url", str(wrong)) from wrong


def _short(field: str, text: str, limit: int) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise _wrong(field, _("Dieser Text ist länger als {limit} Zeichen. Kürzen Sie ihn.").format(limit=limit))
    return text


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, data={"fields": {field: [message]}})
