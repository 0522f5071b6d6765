"""What signs citizens in. Two ways in have the same contract: the deployment's Keycloak, and the built-in sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from shared_services.identity.citizen.attempts import Attempt
from shared_services.identity.citizen.proof import Proof
from shared_services.identity.refusals import note_refusal
from tenants.errors import InvalidInput
from tenants.keystore.sealing import DataKey
from tenants.trust import TrustLevel

# What comes back from somebody who called it off. Source: RFC 6749, 4.1.2.1.
CALLED_OFF: Final = {"error": "access_denied"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Who came back and how surely. `provider_session` names the sign-in that other towns may share.

    `tokens` renews the session; it is a secret. `renew_in_seconds` is 0 where there is nothing to renew. `entered_at`
    is when the person last showed a password, device or card, in seconds since 1970: a shared sign-in may be hours old.
    `proved_at` is when the level was proved. None: just now. `key` is the account's, where the provider had to fetch
    it: for the rest of this request.
    """

    account_id: UUID
    level: TrustLevel
    provider: str
    provider_session: str = ""
    has_second_factor: bool = False
    tokens: str = ""
    renew_in_seconds: int = 0
    proved_at: int | None = None
    entered_at: int | None = None
    key: DataKey | None = field(default=None, repr=False)


class Cancelled(Exception):
    """The person went back, or the provider would not give the level."""


class FactorOwed(Exception):
    """The person has a second factor of their own and has not shown it: `address` is where it is asked for.

    Nobody is signed in yet; `attempt` is what the browser keeps until then.
    """

    def __init__(self, address: str, attempt: Attempt) -> None:
        """Keep both."""
        super().__init__(address)
        self.address, self.attempt = address, attempt


def level_unknown() -> InvalidInput:
    """Return the answer to a level that the provider's word does not name, and log it."""
    note_refusal("level_unknown")
    return InvalidInput(
        _("Der Ausweisdienst hat kein Vertrauensniveau genannt, das wir kennen. Nehmen Sie einen anderen."),
        code="level_unknown",
    )


class SignInOwed(Exception):
    """Nobody is signed in where it was asked: `path` is where this portal goes on."""

    def __init__(self, path: str) -> None:
        """Keep it."""
        super().__init__(path)
        self.path = path


class SignInProvider(Protocol):
    """Proves who somebody is. A page calls `begin`, later `complete` with what came back; then the session is ours."""

    def begin(self, request: HttpRequest, attempt: Attempt) -> str:
        """Return the address to which the browser goes. Raises: ExternalTemporary."""

    def complete(self, request: HttpRequest, attempt: Attempt) -> Proven:
        """Return who came back.

        Raises: Cancelled; FactorOwed; SignInOwed; InvalidInput for what can't be believed; ExternalTemporary.
        """

    def renew(self, request: HttpRequest, proof: Proof, account_id: UUID) -> Proof | None:
        """Return the proof with its life prolonged, or None when the provider has ended it."""

    def sign_out(self, request: HttpRequest, proof: Proof, account_id: UUID) -> str:
        """End the sign-in where it was made; return the address to which the browser goes, or "" to stay."""

    def end_others(self, proof: Proof, account_id: UUID, *, only: str = "") -> None:
        """End the person's sign-ins on other devices where they were made: all, or `only` one."""

    def list_steps_up(self, level: TrustLevel) -> list[tuple[str, str]]:
        """Return who can give a level here: (hint for `begin`, name for people)."""
