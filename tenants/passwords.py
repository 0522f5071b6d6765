"""Passwords: the rules for a new one in plain German, and the check of a given one in constant work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    get_default_password_validators,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants.accounts import AbstractAccount
from tenants.errors import InvalidInput

# Argon2 takes any length; a limit keeps a sender from making the server hash megabytes.
MAX_LENGTH: Final = 256
# What the library looks at: longer takes it long, and is no easier to guess.
_MOST_LOOKED_AT: Final = 72
_GOOD_SCORE: Final = 3
# Django's rule knows a first and a last name; our accounts have one field for both.
_NOT_LIKE_THE_NAME: Final = UserAttributeSimilarityValidator(user_attributes=("name",))


def minimum_length() -> int:
    """Return how many characters a password needs."""
    found = (one.min_length for one in get_default_password_validators() if isinstance(one, MinimumLengthValidator))
    return max(found, default=8)


def password_hint() -> str:
    """Return the rules for people, shown before they choose."""
    return _("Mindestens {count} Zeichen. Am besten mehrere Wörter, die nur Sie so kombinieren.").format(
        count=minimum_length()
    )


def _sentence(code: str) -> str:
    """Django's own sentences are translated only where django.contrib.auth is installed, and it is not."""
    sentences = {
        "password_too_short": _("Das Passwort ist zu kurz. Nehmen Sie mindestens {count} Zeichen.").format(
            count=minimum_length()
        ),
        "password_too_common": _("Dieses Passwort steht auf Listen häufiger Passwörter. Wählen Sie ein anderes."),
        "password_too_similar": _("Das Passwort ähnelt Ihrem Namen oder Ihrer E-Mail-Adresse. Wählen Sie ein anderes."),
        "password_entirely_numeric": _("Das Passwort besteht nur aus Ziffern. Nehmen Sie Buchstaben dazu."),
        "password_easy_to_guess": _(
            "Dieses Passwort ist leicht zu erraten. Nehmen Sie mehrere Wörter, die nichts miteinander zu tun haben."
        ),
        "password_too_long": _("Das Passwort ist zu lang. Nehmen Sie höchstens {count} Zeichen.").format(
            count=MAX_LENGTH
        ),
    }
    return sentences.get(code, _("Dieses Passwort ist nicht sicher genug. Wählen Sie ein anderes."))


def list_password_problems(password: str, *, owner: AbstractAccount) -> list[str]:
    """Return a sentence for each rule that a new password of this account breaks; none means it may be used."""
    if len(password) > MAX_LENGTH:
        return [_sentence("password_too_long")]
    problems: dict[str, None] = {}
    for validator in [*get_default_password_validators(), _NOT_LIKE_THE_NAME]:
        try:
            validator.validate(password, owner)
        except ValidationError as broken:
            problems |= dict.fromkeys(_sentence(error.code or "") for error in broken.error_list)
    if not problems and not _is_hard_to_guess(password, words=(owner.email, *owner.email.split("@"), owner.name)):
        return [_sentence("password_easy_to_guess")]
    return list(problems)


def list_password_problems_of_words(password: str, *, words: Collection[str]) -> list[str]:
    """Return a sentence for each rule that a new password breaks. `words`: what everyone knows of the person."""
    if len(password) > MAX_LENGTH:
        return [_sentence("password_too_long")]
    if len(password) < minimum_length():
        return [_sentence("password_too_short")]
    return [] if _is_hard_to_guess(password, words=words) else [_sentence("password_easy_to_guess")]


def _is_hard_to_guess(password: str, *, words: Collection[str]) -> bool:
    """Whether guessing takes long enough. Source: zxcvbn, from its third of four steps on."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- its lists of words would cost every start 40 ms

    known = [word for word in words if word]
    return int(zxcvbn(password[:_MOST_LOOKED_AT], user_inputs=known)["score"]) >= _GOOD_SCORE


def require_good_password(password: str, *, owner: AbstractAccount, field: str = "password") -> None:
    """Raises: InvalidInput, with the sentences under `field`, when a rule is broken."""
    problems = list_password_problems(password, owner=owner)
    if problems:
        raise InvalidInput(problems[0], code="weak_password", data={"fields": {field: problems}})


def require_good_initial_password(password: str, *, owner: AbstractAccount) -> None:
    """Check the password of an account that a command makes.

    The demo's passwords follow a pattern that everyone may know, so in demo and tests they need not be good.
    Raises: InvalidInput (field `password`) in production when a rule is broken.
    """
    if settings.VERBUND_MODE == "production":
        require_good_password(password, owner=owner)


def is_password_of(account: AbstractAccount | None, password: str) -> bool:
    """Whether the password is this account's. Without an account the same work is done, so time tells nothing.

    Effects: stores the password hashed anew when the parameters of the hash have grown since.
    """
    if len(password) > MAX_LENGTH:
        password = ""
    if account is None:
        make_password(password)
        return False
    return account.check_password(password)
