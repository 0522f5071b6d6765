"""Read what editors work on: the list of services, one service on one layer, drafts. Runs as the editors' role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.editing.changes import Change
from catalog.editing.drafts import DraftInfo, draft_info
from catalog.editing.heads import current_head, home_of
from catalog.editing.models import OPEN_STATES, Draft, DraftState, EditingRules
from catalog.editing.places import Scope, place_of, rows_above, rows_below, rows_of, scope_from
from catalog.editing.policies import can_publish, can_see_draft, can_start_draft
from catalog.editing.rules import wants_four_eyes
from catalog.resolution.resolve import area_covers, resolve
from catalog.resolution.values import EffectiveService, FieldKey, Json, Layer, LayerRow
from catalog.services.models import LayerValue, Service, ServiceVersion, State
from catalog.services.selectors import ServiceRecord, get_service_in_any_state
from tenants.actors import Actor
from tenants.context import as_editor
from tenants.errors import NotFound


@dataclass(frozen=True, slots=True)
class DraftLine:
    """An open draft in the list."""

    scope: Scope
    state: DraftState
    edited_by: str
    edited_at: dt.datetime
    size: int

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service in the list, unresolved but for its title."""

    id: UUID
    slug: str
    title: str
    layer: Layer
    area: str
    state: State
    version: int
    category_codes: tuple[str, ...]
    drafts: tuple[DraftLine, ...]
    changed_at: dt.datetime | None
    changed_by: str
    leika_key: str = ""
    ozg_maturity: int | None = None


@dataclass(frozen=True)
class EditedService:
    """A service on one layer, for its editors: what is published there, its draft, what stands above and below."""

    record: ServiceRecord
    state: State
    scope: Scope
    draft: DraftInfo | None
    home: Scope
    head: Mapping[str, Json] = field(hash=False)
    other_drafts: tuple[DraftLine, ...] = ()
    approved_by: str = ""

    @property
    def id(self) -> UUID:
        """The service's id."""
        return self.record.id

    @property
    def slug(self) -> str:
        """The name in addresses, as it is published."""
        return self.record.slug

    @property
    def title(self) -> str:
        """The German title with the draft."""
        return str(self.drafted.shown("title", "de").value or self.slug)

    @property
    def is_published(self) -> bool:
        """Towns show it."""
        return self.state is State.PUBLISHED

    @property
    def is_home(self) -> bool:
        """This is the layer that the service began on: what is the same everywhere is changed here."""
        return self.home == self.scope

    @cached_property
    def own(self) -> dict[FieldKey, LayerRow]:
        """What this layer says, as it is published."""
        return {row.key: row for row in rows_of(self.record.rows, self.scope)}

    @cached_property
    def published(self) -> EffectiveService:
        """What holds on this layer now."""
        return self._resolved(self.record.rows)

    @cached_property
    def drafted(self) -> EffectiveService:
        """What would hold with the draft."""
        return self._resolved(self.drafted_rows)

    @property
    def drafted_rows(self) -> tuple[LayerRow, ...]:
        """All shared rows with the draft."""
        return self.draft.apply(self.record.rows) if self.draft else self.record.rows

    @cached_property
    def below(self) -> dict[FieldKey, list[LayerRow]]:
        """What shared layers below say of their own."""
        found: dict[FieldKey, list[LayerRow]] = {}
        for row in rows_below(self.record.rows, self.scope):
            found.setdefault(row.key, []).append(row)
        return found

    def change(self, key: FieldKey) -> Change | None:
        """Return what the draft changes in a field."""
        return self.draft.changes.get(key) if self.draft else None

    def lock(self, name: str) -> bool:
        """Return whether this layer locks a field, with the draft."""
        change = self.draft.locks.get(name) if self.draft else None
        if change is not None:
            return bool(change.value)
        return any(row.is_locked for key, row in self.own.items() if key.field == name)

    def fact(self, name: str) -> Any:
        """Return a fact with the draft."""
        change = self.draft.head.get(name) if self.draft else None
        return change.value if change is not None else self.head[name]

    @property
    def overtaken(self) -> tuple[str, ...]:
        """Facts of the draft of which others were published since: the editor has to decide before it is published."""
        drafted = self.draft.head if self.draft else {}
        return tuple(name for name, change in drafted.items() if change.is_overtaken(self.head[name]))

    def _resolved(self, rows: Sequence[LayerRow]) -> EffectiveService:
        return resolve(self.record.head, [*rows_above(rows, self.scope), *rows_of(rows, self.scope)])


def list_service_lines(scope: Scope, *, actor: Actor) -> list[ServiceLine]:
    """Return the services with the title that holds on a layer and their open drafts, in four queries for any number.

    What is not published, drafts and who writes them is shown to who holds the layer of the service or of the draft.
    """
    with as_editor():
        titles = _titles(scope)
        all_drafts = _open_drafts()
        changes = {
            service_id: (at, author)
            for service_id, at, author in ServiceVersion.objects.order_by("service_id", "-number")
            .distinct("service_id")
            .values_list("service_id", "published_at", "author")
        }
        facts = ("leika_key", "ozg_maturity", "category_codes", "published_at")
        names = ("id", "slug", "layer", "area", "state", "version", *facts)
        services = list(Service.objects.order_by("slug").only(*names, "home_layer", "home_area"))
        drafts = {one.id: _seen_drafts(actor, one, all_drafts.get(one.id, ())) for one in services}
        rows = [
            {name: getattr(one, name) for name in names} for one in services if _is_seen(actor, one, drafts[one.id])
        ]
        return [
            ServiceLine(
                id=row["id"],
                slug=row["slug"],
                title=titles.get(row["id"]) or _drafted_title(drafts.get(row["id"], ())) or row["slug"],
                layer=Layer(row["layer"]),
                area=row["area"],
                state=State(row["state"]),
                version=row["version"],
                category_codes=tuple(row["category_codes"]),
                drafts=tuple(_draft_line(one) for one in drafts.get(row["id"], ())),
                changed_at=changes.get(row["id"], (None, ""))[0],
                changed_by=changes.get(row["id"], (None, ""))[1],
                leika_key=row["leika_key"] or "",
                ozg_maturity=row["ozg_maturity"],
            )
            for row in rows
        ]


def get_edited_service(slug: str, scope: Scope, *, actor: Actor) -> EditedService:
    """Return a service in any state on one layer, with its open draft there.

    Raises: NotFound, also for an unpublished one that the actor's layers have nothing to do with.
    """
    with as_editor():
        record = get_service_in_any_state(slug)
        service = Service.objects.get(id=record.id)
        found = Draft.objects.filter(service=service, state__in=OPEN_STATES).order_by("id")
        drafts = _seen_drafts(actor, service, found)
        if not _is_seen(actor, service, drafts):
            raise NotFound(_("Diese Leistung gibt es nicht."))
        mine = next((one for one in drafts if (one.layer, one.area) == scope.pair), None)
        return EditedService(
            record=record,
            state=State(service.state),
            scope=scope,
            draft=draft_info(mine) if mine else None,
            home=home_of(service),
            head=current_head(service),
            other_drafts=tuple(_draft_line(one) for one in drafts if one is not mine),
            approved_by=service.approved_by,
        )


def get_slug(service_id: UUID) -> str:
    """Return the name in addresses of a service in any state."""
    with as_editor():
        return str(Service.objects.values_list("slug", flat=True).get(id=service_id))


def get_draft(draft_id: UUID) -> DraftInfo:
    """Return a draft in any state. Raises: NotFound."""
    with as_editor():
        row = Draft.objects.filter(id=draft_id).first()
        if row is None:
            raise NotFound(_("Diesen Entwurf gibt es nicht."))
        return draft_info(row)


def has_four_eyes(region: str) -> bool:
    """Return whether in this region somebody else than the author has to publish."""
    with as_editor():
        return EditingRules.objects.filter(region_slug=region, four_eyes=True).exists()


def asks_four_eyes(scope: Scope) -> bool:
    """Return whether what is written for a layer has to be published by somebody else than its author."""
    with as_editor():
        return wants_four_eyes(scope)


def count_own_drafts(actor: Actor) -> int:
    """Return how many drafts in work are on the actor's layers."""
    with as_editor():
        pairs = Draft.objects.filter(state=DraftState.WRITING).values_list("layer", "area")
        return sum(pair in actor.scopes for pair in pairs)


def count_drafts_to_check(actor: Actor) -> int:
    """Return how many drafts wait for the actor to check them."""
    with as_editor():
        waiting = Draft.objects.filter(state=DraftState.IN_REVIEW)
        return sum(can_publish(actor, one) for one in waiting.only("layer", "area", "state"))


def _open_drafts() -> dict[UUID, list[Draft]]:
    found: dict[UUID, list[Draft]] = {}
    for row in Draft.objects.filter(state__in=OPEN_STATES).order_by("id"):
        found.setdefault(row.service_id, []).append(row)
    return found


def _seen_drafts(actor: Actor, service: Service, drafts: Iterable[Draft]) -> list[Draft]:
    """Return those of a service's drafts that the actor may know of."""
    rows = list(drafts)
    if not rows:
        return []
    home = home_of(service)
    return [one for one in rows if can_see_draft(actor, home=home, scope=scope_from(one.layer, one.area))]


def _is_seen(actor: Actor, service: Service, drafts: Sequence[Draft]) -> bool:
    """Whether the actor may know of a service: everybody of a published one. `drafts`: those that the actor sees."""
    is_public = service.state in {State.PUBLISHED, State.ARCHIVED}
    return is_public or bool(drafts) or can_start_draft(actor, home_of(service))


def _draft_line(row: Draft) -> DraftLine:
    size = len(row.changes) + len(row.locks) + len(row.head)
    return DraftLine(scope_from(row.layer, row.area), DraftState(row.state), row.edited_by, row.edited_at, size)


def _drafted_title(drafts: Sequence[Draft]) -> str:
    titles = [str(row.changes["title|de"]["value"]) for row in drafts if "title|de" in row.changes]
    return titles[0] if titles else ""


def _titles(scope: Scope) -> dict[UUID, str]:
    """Return the German title of each service: of the closest layer that holds in the scope, else of any."""
    known: dict[tuple[str, str], tuple[bool, int, int]] = {}
    found: dict[UUID, tuple[tuple[bool, int, int], str]] = {}
    names = ("service_id", "layer", "area", "value")
    for service_id, layer, area, value in LayerValue.objects.filter(field="title", language="de").values_list(*names):
        # Thousands of titles stand on a handful of layers.
        closeness = known.get((layer, area)) or known.setdefault(
            (layer, area), _nearness(Layer(layer), area, scope=scope)
        )
        if value and (service_id not in found or closeness > found[service_id][0]):
            found[service_id] = (closeness, str(value))
    return {service_id: title for service_id, (_closeness, title) in found.items()}


def _nearness(layer: Layer, area: str, *, scope: Scope) -> tuple[bool, int, int]:
    """Return how close a row stands to a scope: those that hold there come first, the lowest of them foremost."""
    ars, region = place_of(scope)
    is_above = layer.rank <= scope.layer.rank and area_covers(layer, area, ars=ars, region=region)
    return (is_above, layer.rank if is_above else -layer.rank, len(area))
