"""What every account that can sign in has, wherever its table lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.actors import Actor
from tenants.ids import uuid7

AccountKind = Literal["staff", "operator", "editor", "citizen"]


class AbstractAccount(AbstractBaseUser):
    """E-mail, name, hashed password, second factor, and an epoch that ends all sessions when it moves.

    The factor stands in the account's own row: who it belongs to is read with it, in the one query of a signed-in page.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    # Of the mails that the person gets.
    language = models.CharField(max_length=10, default="de", db_default="de")
    # The secret of one-time passwords, sealed; in use since `factor_since`, before that it waits for its first code.
    factor_sealed = models.BinaryField(null=True)
    factor_since = models.DateTimeField(null=True)
    # The time step of the last code: none works twice.
    factor_last_step = models.BigIntegerField(default=0, db_default=0)
    # Hashes of the recovery codes that nobody has used yet.
    recovery_hashes = ArrayField(models.CharField(max_length=64), null=True)
    # The passkeys, sealed as one list; none without any. A device names the account itself: nothing is searched.
    passkeys_sealed = models.BinaryField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def has_app(self) -> bool:
        """Whether an app for one-time passwords is in use."""
        return self.factor_since is not None

    @property
    def has_passkey(self) -> bool:
        """Whether there is a passkey."""
        return self.passkeys_sealed is not None

    @property
    def has_factor(self) -> bool:
        """Whether a password alone is not enough."""
        return self.has_app or self.has_passkey


class RemindedAccount(AbstractAccount):
    """An account whose person is reminded by mail of what waits, unless they don't want it."""

    wants_reminders = models.BooleanField(default=True, db_default=True)

    class Meta:
        abstract = True


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is away, both included, and who stands in; `deputy` is the key of a colleague."""

    first_day: date
    last_day: date
    deputy: UUID | None = None

    def is_on(self, day: date) -> bool:
        """Whether the person is away on this day: it ends by itself."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account as sessions and pages need it: no password hash, no lazy attribute.

    Staff have a `tenant_id` and roles, operators an `operator_id`, editors a `region`, roles and `scopes`. A session
    belongs to the account only while `is_active` holds and `session_epoch` is the one with which it began.
    `wants_reminders` is None where nobody is reminded. `offices` are the organisational units for which a clerk works.
    `support` is the IT provider's visit that goes on in the town now.
    """

    kind: AccountKind
    id: UUID
    email: str
    name: str
    is_active: bool
    session_epoch: int
    created_at: datetime
    last_login: datetime | None = None
    tenant_id: UUID | None = None
    operator_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    region: str = ""
    scopes: frozenset[tuple[str, str]] = frozenset()
    language: str = "de"
    wants_reminders: bool | None = None
    has_app: bool = False
    has_passkey: bool = False
    offices: frozenset[UUID] = frozenset()
    absence: Absence | None = None
    support: UUID | None = None

    @property
    def has_factor(self) -> bool:
        """Whether the password alone lets nobody in."""
        return self.has_app or self.has_passkey

    @property
    def subject(self) -> str:
        """How the audit trail names this account."""
        return f"{self.kind}:{self.id}"

    def as_actor(self) -> Actor:
        """Return the actor that this account's person is."""
        return Actor(
            kind=self.kind,
            name=self.name,
            id=self.id,
            tenant_id=self.tenant_id,
            operator_id=self.operator_id,
            roles=self.roles,
            region=self.region,
            scopes=self.scopes,
        )


def normal_email(given: str) -> str:
    """Return an e-mail address as accounts store and find it: without blanks around it, in lower case."""
    return given.strip().lower()
