"""A citizen with an account, and browsers that follow a sign-in from host to host."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from shared_services.identity.citizen.tests.cast import Browser, Citizen, open_account


@pytest.fixture
def anna(db: None) -> Citizen:
    """Return somebody with an account, a password and nothing else."""
    return open_account("anna@example.org")


@pytest.fixture
def browser(visit: Callable[[str], Client]) -> Browser:
    """Return a browser with the cookies of each host apart."""
    return Browser(visit)
