"""How often codes of a second factor may be tried, so that nobody guesses one, and nobody locks out who owns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tenants.addresses import address_key
from tenants.errors import TooManyRequests
from tenants.limits import check_limit, is_first, is_used_up, reset_limit
from tenants.onetimepasswords import is_code_of_app

CODES_PER_ACCOUNT: Final = 5
WINDOW_SECONDS: Final = 15 * 60
# Whoever goes on trying closes the second step again and again: its owner is told once a day, and anew after coming in.
TOLD_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class CodeLimit:
    """The counter of one attempt of `who`. `key` says whose attempts count together."""

    who: str
    key: str
    is_of_app: bool

    def count(self, name: str) -> None:
        """Count an attempt. Raises: TooManyRequests, with the way that stays open."""
        try:
            check_limit(name, self.key, limit=CODES_PER_ACCOUNT, window_seconds=WINDOW_SECONDS, fail_closed=True)
        except TooManyRequests as refused:
            if not self.is_of_app:
                raise
            sentence = _("Mit einem Ihrer Notfallcodes kommen Sie sofort hinein.")
            raise TooManyRequests(f"{refused.user_message} {sentence}", data=refused.data) from refused

    def reset(self, name: str) -> None:
        """Forget the attempts, after one that was right."""
        reset_limit(name, self.key, limit=CODES_PER_ACCOUNT, window_seconds=WINDOW_SECONDS)
        reset_limit(f"{name}.told", self.who, limit=1, window_seconds=TOLD_SECONDS)

    def is_closed_now(self, name: str) -> bool:
        """Whether the wrong code just counted was the last that may be tried, and the owner is still to be told so.

        True once a lock: ask it when you can tell.
        """
        if not self.is_of_app or not is_used_up(name, self.key, limit=CODES_PER_ACCOUNT, window_seconds=WINDOW_SECONDS):
            return False
        return is_first(f"{name}.told", self.who, window_seconds=TOLD_SECONDS)


def code_limit(request: HttpRequest, *, who: str, code: str) -> CodeLimit:
    """Return the counter for a code that somebody has typed.

    Six digits count per account alone: many addresses together would find them soon. So whoever knows the password can
    use the attempts up for its owner. A recovery code cannot be guessed (75 random bits): it counts per address, and
    lets the owner in meanwhile.
    """
    is_of_app = is_code_of_app(code)
    return CodeLimit(who, who if is_of_app else f"{who}:{address_key(request)}", is_of_app)
