"""What stands between a running realm and its description: read, compared, and each change ready to be made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared_services.identity.keycloak.admin import Api
from shared_services.identity.keycloak.brokers import Broker, Representation
from shared_services.identity.keycloak.flowchanges import FlowState, plan_flows, read_flows
from shared_services.identity.keycloak.flows import BROWSER, FIRST_BROKER, POST_BROKER, RESET
from shared_services.identity.keycloak.generation import PROVISIONER_ROLES, Wanted

_MASKED = {"clientSecret", "password"}
_PROVIDERS = "/identity-provider/instances"


@dataclass(frozen=True)
class Change:
    """One thing to bring about. `lines` say what is and what shall be, in words for people."""

    what: str
    lines: tuple[str, ...]
    act: Callable[[], object] = field(repr=False)


def plan_changes(api: Api, wanted: Wanted) -> list[Change]:
    """Return what must change in a realm that exists. Some changes need others first: plan again until none is left.

    Raises: KeycloakError.
    """
    exported = api.export()
    flows = read_flows(api, wanted.flows, exported=exported)
    changes = [Change(one.what, one.lines, one.act) for one in plan_flows(api, flows)]
    changes += _settings(api, wanted, flows)
    changes += _profile(api, wanted)
    changes += _required_actions(api, wanted)
    changes += _scope(api, wanted)
    instances = {one["alias"]: one for one in api.get(_PROVIDERS)}
    mappers: dict[str, list[Representation]] = {alias: [] for alias in instances}
    for one in exported.get("identityProviderMappers", []):
        mappers.setdefault(one["identityProviderAlias"], []).append(one)
    for broker in wanted.brokers:
        alias = broker.provider["alias"]
        changes += _broker(api, broker, flows, is_=instances.get(alias), mappers=mappers.get(alias, []))
    changes += _provisioner(api, wanted)
    return changes


def differing(is_: Mapping[str, Any], shall: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of `shall` that `is_` does not have so. What only `is_` has is left alone."""
    return {name: value for name, value in shall.items() if not _same(is_.get(name), value)}


def _same(is_: Any, shall: Any) -> bool:
    if isinstance(shall, Mapping):
        has = is_ if isinstance(is_, Mapping) else {}
        return not differing(has, shall)
    if isinstance(shall, str) and " and " in shall and isinstance(is_, str):  # a policy: its order says nothing
        return sorted(is_.split(" and ")) == sorted(shall.split(" and "))
    if isinstance(shall, list) and all(isinstance(one, str) for one in shall):
        return sorted(is_ or []) == sorted(shall)
    # Keycloak leaves out what is empty.
    return bool(is_ == shall or (not is_ and not shall))


def _lines(is_: Mapping[str, Any], changed: Mapping[str, Any]) -> tuple[str, ...]:
    lines: list[str] = []
    for name, value in changed.items():
        has = is_.get(name)
        if isinstance(value, Mapping):
            inner = has if isinstance(has, Mapping) else {}
            lines += [f"{name}.{line}" for line in _lines(inner, differing(inner, value))]
        elif "secret" in name.lower() or name in _MASKED:
            lines.append(f"{name}: …")
        else:
            lines.append(f"{name}: {'–' if has is None else has} → {value}")
    return tuple(lines)


def _settings(api: Api, wanted: Wanted, flows: Mapping[str, FlowState]) -> list[Change]:
    is_ = api.get("")
    shall = {
        **wanted.settings,
        "browserFlow": flows[BROWSER].alias or is_["browserFlow"],
        "resetCredentialsFlow": flows[RESET].alias or is_["resetCredentialsFlow"],
    }
    mail = dict(shall["smtpServer"])
    has_mail = dict(is_.get("smtpServer") or {})
    if mail.get("password") and has_mail.get("password"):  # shown as stars: only its absence can be seen
        mail["password"] = has_mail["password"]
    changed = differing(is_, {**shall, "smtpServer": mail})
    if not changed:
        return []
    sent = {name: shall[name] for name in changed}
    if "attributes" in sent:  # of these Keycloak forgets what is not sent
        sent["attributes"] = {**is_.get("attributes", {}), **shall["attributes"]}
    return [Change("Einstellungen", _lines(is_, changed), lambda: api.put("", sent))]


def _profile(api: Api, wanted: Wanted) -> list[Change]:
    is_ = api.get("/users/profile")
    has = {one["name"]: one for one in is_["attributes"]}
    shall = {one["name"]: one for one in wanted.profile["attributes"]}
    lines = [f"{name}: – → {_who(one)}" for name, one in shall.items() if name not in has]
    lines += [f"{name}: {_who(one)} → –" for name, one in has.items() if name not in shall]
    for name, one in shall.items():
        if name in has:
            changed = differing(has[name], one)
            lines += [f"{name}.{line}" for line in _lines(has[name], changed)]
            # Somebody may have opened an attribute for editing, or lifted a rule.
            lines += [f"{name}.required → –" for _ in range(1) if has[name].get("required") and "required" not in one]
    if is_.get("unmanagedAttributePolicy", "DISABLED") not in {"DISABLED", None}:
        lines.append(f"unmanagedAttributePolicy: {is_['unmanagedAttributePolicy']} → DISABLED")
    if not lines:
        return []
    return [Change("Profil der Personen", tuple(lines), lambda: api.put("/users/profile", wanted.profile))]


def _who(attribute: Representation) -> str:
    return f"ändert: {', '.join(attribute.get('permissions', {}).get('edit', []))}"


def _required_actions(api: Api, wanted: Wanted) -> list[Change]:
    found = {one["alias"]: one for one in api.get("/authentication/required-actions")}
    changes = []
    for alias, one in found.items():
        shall = {"enabled": alias in wanted.required_actions, "defaultAction": False}
        changed = differing(one, shall)
        if changed:
            sent = {**one, **shall}
            path = f"/authentication/required-actions/{alias}"
            changes.append(Change(f"Aktion {alias}", _lines(one, changed), _put(api, path, sent)))
    return changes


def _scope(api: Api, wanted: Wanted) -> list[Change]:
    shall = wanted.scope
    name = shall["name"]
    found = next((one for one in api.get("/client-scopes") if one["name"] == name), None)
    if found is None:
        return [Change(f"Client-Scope {name}", ("– → neu",), lambda: api.post("/client-scopes", shall))]
    own = {key: value for key, value in shall.items() if key != "protocolMappers"}
    path = f"/client-scopes/{found['id']}"
    changed = differing(found, own)
    changes = (
        [Change(f"Client-Scope {name}", _lines(found, changed), _put(api, path, {**found, **own}))] if changed else []
    )
    return changes + _named(
        api,
        f"{path}/protocol-mappers/models",
        title=f"Angabe im Token von {name}",
        is_=found.get("protocolMappers", []),
        shall=shall["protocolMappers"],
    )


def _named(
    api: Api, path: str, *, title: str, is_: Sequence[Representation], shall: Sequence[Representation]
) -> list[Change]:
    """Plan for things with a name and an id: made, changed, and removed when nothing describes them."""
    has = {one["name"]: one for one in is_}
    changes = []
    for one in shall:
        known = has.pop(one["name"], None)
        if known is None:
            changes.append(Change(f"{title}: {one['name']}", ("– → neu",), _post(api, path, one)))
            continue
        changed = differing(known, one)
        if changed:
            sent = {**known, **one}
            changes.append(
                Change(f"{title}: {one['name']}", _lines(known, changed), _put(api, f"{path}/{known['id']}", sent))
            )
    changes += [
        Change(f"{title}: {name}", ("entfernen",), _delete(api, f"{path}/{one['id']}")) for name, one in has.items()
    ]
    return changes


def _broker(
    api: Api,
    broker: Broker,
    flows: Mapping[str, FlowState],
    *,
    is_: Representation | None,
    mappers: Sequence[Representation],
) -> list[Change]:
    alias = broker.provider["alias"]
    title = f"Anbieter {alias}"
    bound = {
        "firstBrokerLoginFlowAlias": flows[FIRST_BROKER].alias,
        "postBrokerLoginFlowAlias": flows[POST_BROKER].alias,
    }
    if not all(bound.values()):
        return []  # the flows come first; without them nobody may come in over a provider
    shall = {**broker.provider, **bound}
    if is_ is None:
        return [Change(title, ("– → neu",), lambda: _make_broker(api, shall, broker.mappers))]
    visible = {**shall, "config": {name: value for name, value in shall["config"].items() if name not in _MASKED}}
    changed = differing(is_, visible)
    changes = []
    if changed:
        sent = {**is_, **shall, "config": {**is_["config"], **shall["config"]}}
        changes.append(Change(title, _lines(is_, changed), _put(api, f"{_PROVIDERS}/{alias}", sent)))
    path = f"{_PROVIDERS}/{alias}/mappers"
    return changes + _named(api, path, title=f"{title}, Angabe", is_=mappers, shall=broker.mappers)


def _make_broker(api: Api, provider: Representation, mappers: Sequence[Representation]) -> None:
    api.post(_PROVIDERS, provider)
    for mapper in mappers:
        api.post(f"{_PROVIDERS}/{provider['alias']}/mappers", mapper)


def _provisioner(api: Api, wanted: Wanted) -> list[Change]:
    """Plan the client of the running application, with its rights and no others."""
    shall = wanted.provisioner
    name = shall["clientId"]
    found = next(iter(api.get("/clients", clientId=name)), None)
    if found is None:
        return [Change(f"Client {name}", ("– → neu",), lambda: api.post("/clients", shall))]
    changed = differing(found, shall)
    path = f"/clients/{found['id']}"
    if changed:
        return [Change(f"Client {name}", _lines(found, changed), _put(api, path, {**found, **shall}))]
    (management,) = api.get("/clients", clientId="realm-management")
    user = api.get(f"{path}/service-account-user")
    mapping = f"/users/{user['id']}/role-mappings/clients/{management['id']}"
    has = {role["name"]: role for role in api.get(mapping)}
    offered = {role["name"]: role for role in api.get(f"/clients/{management['id']}/roles")}
    missing = [offered[role] for role in PROVISIONER_ROLES if role not in has and role in offered]
    too_many = [role for role_name, role in has.items() if role_name not in PROVISIONER_ROLES]
    changes = []
    if missing:
        lines = tuple(f"+ {role['name']}" for role in missing)
        changes.append(Change(f"Rechte von {name}", lines, lambda: api.post(mapping, missing)))
    if too_many:
        lines = tuple(f"- {role['name']}" for role in too_many)
        changes.append(Change(f"Rechte von {name}", lines, lambda: api.delete(mapping, too_many)))
    return changes


def _put(api: Api, path: str, body: object) -> Callable[[], None]:
    return lambda: api.put(path, body)


def _post(api: Api, path: str, body: object) -> Callable[[], str]:
    return lambda: api.post(path, body)


def _delete(api: Api, path: str) -> Callable[[], None]:
    return lambda: api.delete(path)
