"""The built-in login is for demo and tests: a production deployment must ask for it by name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from shared_services.identity.keycloak.switch import uses_keycloak

VARIABLE: Final = "VERBUND_BUILTIN_LOGIN"
_MESSAGE: Final = f"The built-in login is not meant for production. Set {VARIABLE}=1 to use it all the same."


def is_login_allowed() -> bool:
    """Whether this deployment may sign people in as it does: by Keycloak always, by the built-in login where it may."""
    is_asked_for = os.environ.get(VARIABLE, "").strip() == "1"
    return uses_keycloak() or settings.VERBUND_MODE in {"demo", "test"} or is_asked_for


def require_login_allowed() -> None:
    """Stop the start of the web server, which runs no system checks.

    Raises: ImproperlyConfigured.
    """
    if not is_login_allowed():
        raise ImproperlyConfigured(_MESSAGE)


def check_builtin_login(_app_configs: Sequence[AppConfig] | None = None, **_options: Any) -> list[CheckMessage]:
    """Report the built-in login in production settings as an error."""
    if is_login_allowed():
        return []
    return [Error(_MESSAGE, id="identity.E001")]
