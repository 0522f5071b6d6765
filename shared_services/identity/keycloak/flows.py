"""The authentication flows of the realm, as trees that import and admin API both take.

Where each rule comes from: docs/adr/0013. Of the level asked for, the browser flow proves what a password and a second
factor can prove, and refuses the rest. What an identity provider has proved becomes the level in the post-broker flow,
from an attribute that is written anew at each login and stands in no token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shared_services.identity.keycloak.description import RealmDescription, TrustLevel

Requirement = Literal["REQUIRED", "ALTERNATIVE", "CONDITIONAL"]
BROWSER: Final = "verbund browser"
POST_BROKER: Final = "verbund post broker"
FIRST_BROKER: Final = "verbund first broker"
RESET: Final = "verbund reset password"
# A level lasts as long as the session: the portal ends an elevation by its own clock.
_MAX_AGE_SECONDS: Final = "36000"


@dataclass(frozen=True)
class Step:
    """One authenticator, or a named flow of further steps. `config_name` is unique in the realm."""

    requirement: Requirement
    authenticator: str = ""
    config: Mapping[str, str] = field(default_factory=dict)
    config_name: str = ""
    flow: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Flow:
    """A flow that something is bound to."""

    alias: str
    steps: tuple[Step, ...]


def build_flows(description: RealmDescription) -> tuple[Flow, ...]:
    """Return all flows of the realm."""
    return (_browser(description), _post_broker(description), _first_broker(), _reset())


def _browser(description: RealmDescription) -> Flow:
    basis, *higher = description.trust_levels
    forms = (
        _level("basis", basis, Step("REQUIRED", "auth-username-password-form")),
        # The factors stand as alternatives in a flow of their own: a factor that is REQUIRED directly in a level would
        # offer its set-up to whoever lacks it, and then grant the level.
        _level(
            "second factor",
            description.second_factor,
            Step(
                "REQUIRED",
                flow=f"{BROWSER} factors",
                steps=(
                    Step("ALTERNATIVE", "auth-otp-form"),
                    Step("ALTERNATIVE", "webauthn-authenticator"),
                    Step("ALTERNATIVE", "auth-recovery-authn-code-form"),
                ),
            ),
        ),
        *(_level(level.name, level, _refusal(level)) for level in higher),
    )
    return Flow(
        BROWSER,
        (
            Step("ALTERNATIVE", "auth-cookie"),
            Step("ALTERNATIVE", "identity-provider-redirector"),
            Step("ALTERNATIVE", flow=f"{BROWSER} forms", steps=forms),
        ),
    )


def _level(name: str, level: TrustLevel, then: Step) -> Step:
    return Step("CONDITIONAL", flow=f"{BROWSER} {name}", steps=(_condition(f"{BROWSER} loa {level.loa}", level), then))


def _condition(config_name: str, level: TrustLevel) -> Step:
    config = {"loa-condition-level": str(level.loa), "loa-max-age": _MAX_AGE_SECONDS}
    return Step("REQUIRED", "conditional-level-of-authentication", config, config_name)


def _refusal(level: TrustLevel) -> Step:
    config = {"denyErrorMessage": "verbundLevelNeedsProvider"}
    return Step("REQUIRED", "deny-access-authenticator", config, f"{BROWSER} refuse {level.name}")


def _post_broker(description: RealmDescription) -> Flow:
    """Return the flow after a provider: five conditional flows, the levels down and up again.

    Without a level asked for the first that fits counts, with one the last: so both ends are the highest.
    """
    down = list(reversed(description.trust_levels))
    mirrored = [*down, *description.trust_levels[1:]]
    return Flow(
        POST_BROKER,
        tuple(_proved(number, level, description) for number, level in enumerate(mirrored, start=1)),
    )


def _proved(number: int, level: TrustLevel, description: RealmDescription) -> Step:
    name = f"{POST_BROKER} {number} {level.name}"
    spellings = [text for one in description.trust_levels if one.loa >= level.loa for text in one.spellings]
    config = {
        "attribute_name": "trust_level",
        "attribute_expected_value": "|".join(re.escape(text) for text in spellings),
        "regex": "true",
        "not": "false",
    }
    return Step(
        "CONDITIONAL",
        flow=name,
        steps=(
            Step("REQUIRED", "conditional-user-attribute", config, f"{name} said"),
            _condition(f"{name} loa", level),
            Step("REQUIRED", "allow-access-authenticator"),
        ),
    )


def _first_broker() -> Flow:
    """Return the flow at somebody's first login over a provider: nothing is reviewed, nobody is taken for another."""
    link = (Step("REQUIRED", "idp-confirm-link"), Step("REQUIRED", "idp-username-password-form"))
    return Flow(
        FIRST_BROKER,
        (
            Step("ALTERNATIVE", "idp-create-user-if-unique"),
            Step("ALTERNATIVE", flow=f"{FIRST_BROKER} link", steps=link),
        ),
    )


def _reset() -> Flow:
    """Return the flow of a forgotten password. Keycloak's own has a new app set up, too: a mailbox would be both."""
    steps = ("reset-credentials-choose-user", "reset-credential-email", "reset-password")
    return Flow(RESET, tuple(Step("REQUIRED", one) for one in steps))


# ------------------------------------------------------------------ as Keycloak writes it


def represent(flows: tuple[Flow, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return `authenticationFlows` and `authenticatorConfig` of a realm file."""
    written = [one for flow in flows for one in _represent_flow(flow.alias, flow.steps, is_top=True)]
    configs = [
        {"alias": step.config_name, "config": dict(step.config)}
        for flow in flows
        for step in walk(flow.steps)
        if step.config_name
    ]
    return {"authenticationFlows": written, "authenticatorConfig": configs}


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield every step, each before those inside it."""
    for step in steps:
        yield step
        yield from walk(step.steps)


def _represent_flow(alias: str, steps: tuple[Step, ...], *, is_top: bool) -> Iterator[dict[str, Any]]:
    executions = [_represent_step(step, priority=10 * number) for number, step in enumerate(steps, start=1)]
    yield {
        "alias": alias,
        "providerId": "basic-flow",
        "topLevel": is_top,
        "builtIn": False,
        "authenticationExecutions": executions,
    }
    for step in steps:
        if step.flow:
            yield from _represent_flow(step.flow, step.steps, is_top=False)


def _represent_step(step: Step, *, priority: int) -> dict[str, Any]:
    common = {"requirement": step.requirement, "priority": priority, "authenticatorFlow": bool(step.flow)}
    if step.flow:
        return {**common, "flowAlias": step.flow}
    config = {"authenticatorConfig": step.config_name} if step.config_name else {}
    return {**common, "authenticator": step.authenticator, **config}
