"""From the description to the realm as Keycloak takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared_services.identity.keycloak.brokers import Broker, Representation, build_brokers
from shared_services.identity.keycloak.description import Attribute, RealmDescription
from shared_services.identity.keycloak.extension import EVENT_LOG, PROVED_AT, REPORTED_ATTEMPT
from shared_services.identity.keycloak.flows import BROWSER, RESET, Flow, build_flows, represent
from shared_services.identity.keycloak.providers.base import ProviderEntry
from shared_services.identity.keycloak.representing import SCOPE, dumps

PROVISIONER: Final = "verbund-provisioner"
# What the running application may do in the realm: nothing of the realm itself, no flows, no providers.
PROVISIONER_ROLES: Final = (
    "manage-clients",
    "view-clients",
    "query-clients",
    "manage-users",
    "view-users",
    "query-users",
    "manage-organizations",
)
# After this long what was stored by an earlier description is gone.
_STORED_SECONDS: Final = 7 * 24 * 3600
# Not stored: what Keycloak stores has names, addresses and all that was typed. The log tells what happened.
_EVENTS: Final[Representation] = {
    "eventsEnabled": False,
    "eventsExpiration": _STORED_SECONDS,
    "adminEventsEnabled": False,
    "adminEventsDetailsEnabled": False,
    "eventsListeners": [EVENT_LOG],
}


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What differs between deployments. `url` is Keycloak's own address; `mail` is Keycloak's `smtpServer`."""

    url: str
    realm: str
    provisioner_secret: str = field(repr=False)
    mail: Mapping[str, str] = field(default_factory=dict)
    providers: tuple[ProviderEntry, ...] = ()

    @property
    def realm_url(self) -> str:
        """Return the issuer of the realm's tokens."""
        return f"{self.url.rstrip('/')}/realms/{self.realm}"


@dataclass(frozen=True)
class Wanted:
    """Everything that the description wants, part by part, as Keycloak writes each."""

    realm: str
    settings: Representation
    flows: tuple[Flow, ...]
    profile: Representation
    required_actions: tuple[str, ...]
    scope: Representation
    brokers: tuple[Broker, ...]
    provisioner: Representation

    def as_realm(self) -> Representation:
        """Return what makes a realm that is missing.

        The scope comes afterwards: with one here, none of Keycloak's own would be made.
        """
        profile = {
            "providerId": "declarative-user-profile",
            "config": {"kc.user.profile.config": [dumps(self.profile)]},
        }
        return {
            **self.settings,
            "realm": self.realm,
            **represent(self.flows),
            "components": {"org.keycloak.userprofile.UserProfileProvider": [profile]},
            "identityProviders": [broker.provider for broker in self.brokers],
            "identityProviderMappers": [mapper for broker in self.brokers for mapper in broker.mappers],
        }


def build_wanted(description: RealmDescription, deployment: Deployment) -> Wanted:
    """Return what the realm of a deployment shall be. Raises: DescriptionError for a provider that is incomplete."""
    return Wanted(
        realm=deployment.realm,
        settings=_settings(description, deployment),
        flows=build_flows(description),
        profile=_profile(description.attributes),
        required_actions=description.required_actions,
        scope=_scope(description.attributes),
        brokers=build_brokers(deployment.providers, realm_url=deployment.realm_url),
        provisioner=_provisioner(deployment.provisioner_secret),
    )


def _settings(description: RealmDescription, deployment: Deployment) -> Representation:
    sessions, lock = description.sessions, description.brute_force
    return {
        "enabled": True,
        "displayName": description.display_name,
        "displayNameHtml": description.display_name,
        "sslRequired": "external",
        "internationalizationEnabled": True,
        "supportedLocales": list(description.languages),
        "defaultLocale": description.languages[0],
        "loginTheme": description.theme,
        "emailTheme": description.theme,
        # Keycloak's form says whether an address has an account: the portal's says nothing, see `linkmails`.
        "registrationAllowed": False,
        # Providers may tell no e-mail: then there would be no name to make an account under.
        "registrationEmailAsUsername": False,
        "loginWithEmailAllowed": True,
        "duplicateEmailsAllowed": False,
        "editUsernameAllowed": False,
        # Its answer says nothing, but a mail that is sent takes longer than none.
        "resetPasswordAllowed": False,
        "rememberMe": False,
        "verifyEmail": True,
        "bruteForceProtected": True,
        "permanentLockout": False,
        "bruteForceStrategy": "MULTIPLE",
        "failureFactor": lock.attempts,
        "waitIncrementSeconds": lock.first_lock_seconds,
        "maxFailureWaitSeconds": 60 * lock.longest_lock_minutes,
        "maxDeltaTimeSeconds": 3600 * lock.forget_after_hours,
        "quickLoginCheckMilliSeconds": 1000,
        "minimumQuickLoginWaitSeconds": lock.first_lock_seconds,
        "passwordPolicy": _password_policy(description),
        "accessTokenLifespan": 60 * sessions.access_token_minutes,
        "ssoSessionIdleTimeout": 60 * sessions.idle_minutes,
        "ssoSessionMaxLifespan": 3600 * sessions.longest_hours,
        "actionTokenGeneratedByUserLifespan": 3600 * sessions.action_link_hours,
        **_EVENTS,
        "otpPolicyType": "totp",
        "otpPolicyAlgorithm": "HmacSHA1",
        "otpPolicyDigits": 6,
        "otpPolicyPeriod": 30,
        # Phones' clocks differ, and people type slowly: the code before and the one after count, too.
        "otpPolicyLookAheadWindow": 1,
        "otpPolicyCodeReusable": False,
        "webAuthnPolicyRpEntityName": description.display_name,
        "webAuthnPolicyUserVerificationRequirement": "required",
        "webAuthnPolicyPasswordlessRpEntityName": description.display_name,
        "webAuthnPolicyPasswordlessUserVerificationRequirement": "required",
        "webAuthnPolicyPasswordlessPasskeysEnabled": True,
        "organizationsEnabled": True,
        "browserFlow": BROWSER,
        "resetCredentialsFlow": RESET,
        "attributes": {
            "acr.loa.map": json.dumps(description.levels),
            "adminEventsExpiration": str(_STORED_SECONDS),
        },
        "smtpServer": dict(deployment.mail),
    }


def _password_policy(description: RealmDescription) -> str:
    rules = description.passwords
    return (
        f"length({rules.min_length}) and maxLength({rules.max_length}) and notUsername(undefined)"
        f" and notEmail(undefined) and passwordHistory({rules.history})"
    )


def _profile(attributes: tuple[Attribute, ...]) -> Representation:
    """Return the user profile: our attributes are for administrators to edit, and no others are kept at all."""
    own = {"view": ["admin", "user"], "edit": ["admin", "user"]}
    shown = {"view": ["admin", "user"], "edit": ["admin"]}
    names = {"validations": {"length": {"max": 255}, "person-name-prohibited-characters": {}}}
    built_in: list[Representation] = [
        {"name": "username", "permissions": own, "validations": {"length": {"min": 3, "max": 255}}},
        {
            "name": "email",
            # Changed at the portal: Keycloak's form says whether the new one is somebody else's.
            "permissions": shown,
            "required": {"roles": ["user"]},
            "validations": {"email": {}, "length": {"max": 255}},
        },
        {
            "name": "firstName",
            "displayName": "${firstName}",
            "permissions": own,
            "required": {"roles": ["user"]},
            **names,
        },
        {
            "name": "lastName",
            "displayName": "${lastName}",
            "permissions": own,
            "required": {"roles": ["user"]},
            **names,
        },
    ]
    # Keycloak refuses whoever writes one of theirs, without a word in its events: the extension's part adds that.
    ours: list[Representation] = [
        {"name": one.name, "permissions": shown, "validations": {REPORTED_ATTEMPT: {}}} for one in attributes
    ]
    return {"attributes": [*built_in, *ours]}


def _scope(attributes: tuple[Attribute, ...]) -> Representation:
    """Return the client scope that every portal has: what tokens carry beside Keycloak's own scopes."""
    mappers = [
        _token_mapper(one.claim, "oidc-usermodel-attribute-mapper", {"user.attribute": one.name})
        for one in attributes
        if one.claim
    ]
    notes = [
        _token_mapper(claim, "oidc-usersessionmodel-note-mapper", {"user.session.note": note})
        for claim, note in (("idp", "identity_provider"), ("proved_at", PROVED_AT))
    ]
    return {
        "name": SCOPE,
        "protocol": "openid-connect",
        "attributes": {"include.in.token.scope": "false", "display.on.consent.screen": "false"},
        "protocolMappers": [*mappers, *notes],
    }


def _token_mapper(claim: str, mapper: str, config: Mapping[str, str]) -> Representation:
    """Return a mapper into the ID token alone: the access token goes to nobody who needs to know the person."""
    return {
        "name": claim,
        "protocol": "openid-connect",
        "protocolMapper": mapper,
        "config": {
            **config,
            "claim.name": claim,
            "jsonType.label": "String",
            "id.token.claim": "true",
            "access.token.claim": "false",
            "userinfo.token.claim": "false",
            "introspection.token.claim": "false",
        },
    }


def _provisioner(secret: str) -> Representation:
    return {
        "clientId": PROVISIONER,
        "name": "Verbund",
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "secret": secret,
        "serviceAccountsEnabled": True,
        "standardFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "fullScopeAllowed": True,
    }


def totp_credential(secret: str) -> dict[str, Any]:
    """Return a second factor that is set up already, for accounts of the demo and the tests."""
    return {
        "type": "otp",
        "userLabel": "Test",
        "secretData": json.dumps({"value": secret}),
        "credentialData": json.dumps(
            {"subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA1", "counter": 0}
        ),
    }
