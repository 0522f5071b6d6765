"""How passwords are hashed where they protect nothing."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with the least work: for demo and tests, whose passwords everyone can read. Never for production."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
