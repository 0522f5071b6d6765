"""Scopes of editors: layer and area, as they come from a form or a command, and in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext as _

from tenants.actors import Actor
from tenants.editors.models import Role, ScopeLayer
from tenants.errors import InvalidInput
from tenants.provisioning.areas import list_areas, list_states
from tenants.registry.models import TenantKind

Scope = tuple[str, str]
_ORDER: Final = {layer: rank for rank, layer in enumerate(ScopeLayer.values)}


def parse_scope(text: str) -> Scope:
    """Return the scope that a form or a command writes as `district:05562`; the area of `federation` is empty."""
    layer, _colon, area = text.strip().partition(":")
    return layer, area.strip()


def format_scope(scope: Scope) -> str:
    """Return a scope as forms and commands write it."""
    layer, area = scope
    return f"{layer}:{area}" if area else layer


def name_scope(scope: Scope, *, region_name: str = "") -> str:
    """Return a scope in words, as in `Kreis Recklinghausen`."""
    layer, area = scope
    if layer == ScopeLayer.FEDERATION:
        return _("Bund")
    if layer == ScopeLayer.STATE:
        return _("Land {name}").format(name=list_states().get(area, area))
    if layer == ScopeLayer.DISTRICT:
        return _districts().get(area, _("Kreis {area}").format(area=area))
    return region_name or _("Region {area}").format(area=area)


def sort_scopes(scopes: Collection[Scope]) -> list[Scope]:
    """Return scopes from the top of the state downwards."""
    return sorted(scopes, key=lambda scope: (_ORDER.get(scope[0], len(_ORDER)), scope[1]))


def list_region_scopes(*, region_slug: str, area_prefixes: Sequence[str]) -> list[Scope]:
    """Return the layers that belong to a region alone: its own and its districts'."""
    districts = [code for code in sorted(_districts()) if any(_overlap(code, prefix) for prefix in area_prefixes)]
    return [(ScopeLayer.REGION.value, region_slug), *((ScopeLayer.DISTRICT.value, code) for code in districts)]


def checked_scopes(
    scopes: Collection[Scope], *, actor: Actor, region_slug: str, area_prefixes: Sequence[str]
) -> list[Scope]:
    """Return the scopes in order.

    What the federation and a state say holds in the regions of other providers, too: only commands of the deployment
    give these scopes.

    Raises: InvalidInput (field `scopes`) for none, for an unknown one, and for one that the actor may not give.
    """
    own = set(list_region_scopes(region_slug=region_slug, area_prefixes=area_prefixes))
    wider = {(ScopeLayer.FEDERATION.value, ""), *((ScopeLayer.STATE.value, code) for code in list_states())}
    allowed = own | wider if actor.kind == "system" else own
    wrong = [scope for scope in sort_scopes(set(scopes)) if scope not in allowed]
    if wrong or not scopes:
        message = (
            _("Diese Ebene gehört nicht zu dieser Region: {scope}.").format(scope=format_scope(wrong[0]))
            if wrong
            else _("Wählen Sie mindestens eine Ebene aus der Liste.")
        )
        raise InvalidInput(message, data={"fields": {"scopes": [message]}})
    return sort_scopes(set(scopes))


def checked_roles(roles: Collection[str]) -> list[str]:
    """Return the roles in a fixed order.

    Raises: InvalidInput (field `roles`) for none or an unknown one.
    """
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= set(Role.values):
        message = _("Wählen Sie mindestens eine Rolle aus der Liste.")
        raise InvalidInput(message, data={"fields": {"roles": [message]}})
    return wanted


@lru_cache(maxsize=1)
def _districts() -> dict[str, str]:
    return {area.ags[:5]: area.official_name for area in list_areas().values() if area.kind == TenantKind.DISTRICT}


def _overlap(code: str, prefix: str) -> bool:
    return code.startswith(prefix) or prefix.startswith(code)
