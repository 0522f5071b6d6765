"""The one root of errors that people may see. One middleware renders them all."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar


class DomainError(Exception):
    """An expected failure with a message for the reader that says what to do next.

    `code` is stable and for machines, `user_message` is shown to people in their language,
    `data` carries details (never personal data), `http_status` is what a page answers with.
    """

    http_status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    default_code: ClassVar[str] = "error"

    def __init__(
        self,
        user_message: str,
        *,
        code: str | None = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        """Keep the message for people, the code for machines and the details beside each other."""
        super().__init__(user_message)
        self.user_message = user_message
        self.code = code or self.default_code
        self.data: dict[str, object] = dict(data or {})


class NotFound(DomainError):
    """The thing does not exist, or is not the reader's to see: both look the same."""

    http_status = HTTPStatus.NOT_FOUND
    default_code = "not_found"


class NotAllowed(DomainError):
    """A named right is missing."""

    http_status = HTTPStatus.FORBIDDEN
    default_code = "not_allowed"


class InvalidInput(DomainError):
    """What was sent can't be used. `data["fields"]` maps field names to lists of messages."""

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "invalid_input"

    @property
    def fields(self) -> dict[str, list[str]]:
        """Messages per field; empty when the failure belongs to the whole."""
        found = self.data.get("fields", {})
        return found if isinstance(found, dict) else {}


class Conflict(DomainError):
    """The state of things changed in between, or a name is taken."""

    http_status = HTTPStatus.CONFLICT
    default_code = "conflict"


class TooManyRequests(DomainError):
    """A rate limit was reached. `data["retry_after_seconds"]` says when to try again."""

    http_status = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_requests"


class ExternalTemporary(DomainError):
    """A system outside did not answer; trying again later may work."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "external_temporary"


class ExternalPermanent(DomainError):
    """A system outside refused; trying again will not help."""

    http_status = HTTPStatus.BAD_GATEWAY
    default_code = "external_permanent"
