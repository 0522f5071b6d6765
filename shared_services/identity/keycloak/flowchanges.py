"""Flows of a running realm: compared by what they do, and replaced whole.

A flow that is in use is never edited: a new one is made beside it, bound when it is complete, and the old one removed.
So nobody signs in over a half-made flow, and whatever interrupts the work, the next run goes on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from shared_services.identity.keycloak.admin import Api
from shared_services.identity.keycloak.flows import Flow, Step, walk

Configs = Mapping[str, tuple[tuple[str, str], ...]]
# Level of nesting, requirement, authenticator (or none for a flow), configuration.
Shape = tuple[tuple[int, str, str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class FlowState:
    """One described flow. `alias`: of the one that is as described, empty without; `others`: id and alias of more."""

    flow: Flow
    alias: str
    others: tuple[tuple[str, str], ...]
    bound: frozenset[str]


@dataclass(frozen=True)
class FlowChange:
    """One thing to bring about; see `plan.Change`."""

    what: str
    lines: tuple[str, ...]
    act: Callable[[], object] = field(repr=False)


def read_flows(
    api: Api, flows: tuple[Flow, ...], *, exported: Mapping[str, Any] | None = None
) -> Mapping[str, FlowState]:
    """Return the state of each described flow, by its name in the description. `exported`: see `Api.export`."""
    configs = _configs(exported if exported is not None else api.export())
    found = [one for one in api.get("/authentication/flows") if one.get("topLevel")]
    bound = _bound(api)
    states = {}
    for flow in flows:
        ours = [
            (one["id"], one["alias"]) for one in found if re.fullmatch(rf"{re.escape(flow.alias)}( \d+)?", one["alias"])
        ]
        shape = _wanted_shape(flow.steps)
        fitting = [alias for _id, alias in ours if _shape(api, alias, configs) == shape]
        # The one in use is kept, if it fits.
        alias = next((one for one in fitting if one in bound), fitting[0] if fitting else "")
        others = tuple((flow_id, other) for flow_id, other in ours if other != alias)
        states[flow.alias] = FlowState(flow, alias, others, bound)
    return states


def plan_flows(api: Api, states: Mapping[str, FlowState]) -> Iterator[FlowChange]:
    """Yield what must happen to flows: made when none fits, removed when another took their place."""
    for name, state in states.items():
        if not state.alias:
            taken = {alias for _id, alias in state.others}
            alias = next(one for one in _names(name) if one not in taken)
            is_known = bool(state.others)
            lines = ("weicht ab → neu",) if is_known else ("– → neu",)
            yield FlowChange(f"Ablauf {alias}", lines, _maker(api, state.flow, alias))
            continue
        for flow_id, alias in state.others:
            if alias not in state.bound:
                path = f"/authentication/flows/{flow_id}"
                yield FlowChange(f"Ablauf {alias}", ("entfernen",), lambda path=path: api.delete(path))  # type: ignore[misc]  # bound now


def _bound(api: Api) -> frozenset[str]:
    providers = api.get("/identity-provider/instances")
    names = {api.get("")["browserFlow"]}
    for one in providers:
        names |= {one.get("firstBrokerLoginFlowAlias"), one.get("postBrokerLoginFlowAlias")}
    return frozenset(name for name in names if name)


def _names(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {number}" for number in range(2, 1000))


def _shape(api: Api, alias: str, configs: Configs) -> Shape:
    return tuple(
        (
            one["level"],
            one["requirement"],
            "" if one.get("authenticationFlow") else one["providerId"],
            configs.get(one.get("authenticationConfig", ""), ()),
        )
        for one in api.get(f"/authentication/flows/{quote(alias)}/executions")
    )


def _configs(exported: Mapping[str, Any]) -> Configs:
    """Return what every step of every flow is configured with, by the id of the configuration."""
    return {one["id"]: tuple(sorted(one.get("config", {}).items())) for one in exported["authenticatorConfig"]}


def _wanted_shape(steps: tuple[Step, ...], *, level: int = 0) -> Shape:
    rows: list[Any] = []
    for step in steps:
        rows.append((level, step.requirement, step.authenticator, tuple(sorted(step.config.items()))))
        rows.extend(_wanted_shape(step.steps, level=level + 1))
    return tuple(rows)


def _maker(api: Api, flow: Flow, alias: str) -> Callable[[], None]:
    def make() -> None:
        head = {"alias": alias, "providerId": "basic-flow", "topLevel": True, "builtIn": False, "description": ""}
        api.post("/authentication/flows", head)
        _add_steps(api, alias, flow.steps, rename=lambda name: name.replace(flow.alias, alias, 1))
        _set_steps(api, alias, flow, rename=lambda name: name.replace(flow.alias, alias, 1))

    return make


def _add_steps(api: Api, parent: str, steps: tuple[Step, ...], *, rename: Callable[[str], str]) -> None:
    path = f"/authentication/flows/{quote(parent)}/executions"
    for step in steps:
        if step.flow:
            alias = rename(step.flow)
            api.post(f"{path}/flow", {"alias": alias, "type": "basic-flow", "provider": "", "description": ""})
            _add_steps(api, alias, step.steps, rename=rename)
        else:
            api.post(f"{path}/execution", {"provider": step.authenticator})


def _set_steps(api: Api, alias: str, flow: Flow, *, rename: Callable[[str], str]) -> None:
    """Give each step its requirement and configuration: new ones are disabled until then."""
    path = f"/authentication/flows/{quote(alias)}/executions"
    for made, step in zip(api.get(path), walk(flow.steps), strict=True):
        api.put(path, {**made, "requirement": step.requirement})
        if step.config:
            config = {"alias": rename(step.config_name), "config": dict(step.config)}
            api.post(f"/authentication/executions/{made['id']}/config", config)
