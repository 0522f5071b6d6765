"""What public pages read of a tenant again and again, kept in this process until the tenant changes.

A database session that meets a tenant for the first time reads the definitions of every table it touches; beside a
thousand tenants nearly every visit is such a meeting. A page that is made anew (its copy lives for a minute) finds here
what it needs of the tenant's own rows, so it costs the same beside ten towns and beside a thousand.

Values are kept as bytes, least recently used first to go, and are good for one generation of the tenant: the number is
taken before they are read, so a change that commits meanwhile is never hidden. Only `public_page` turns this on, for
visitors without a session: who is signed in always reads the database.
"""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Final, ParamSpec, TypeVar, cast

from django.utils.translation import get_language

from tenants.context import current_tenant_or_none
from tenants.registry import generations
from tenants.registry.sites import directory

P = ParamSpec("P")
T = TypeVar("T")

MAX_BYTES: Final = 48 * 1024 * 1024
MAX_VALUE_BYTES: Final = 256 * 1024
# What an entry costs beside its value: key, tuple, place in the dictionary.
_ENTRY_BYTES: Final = 600

_Key = tuple[str, str, str, bytes]
_is_on: ContextVar[bool] = ContextVar("verbund_memory_is_on", default=False)


class TenantMemory:
    """Values by tenant, function and arguments, in this process."""

    def __init__(self) -> None:
        """Start empty."""
        self._values: OrderedDict[_Key, tuple[int, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: _Key, generation: int) -> bytes | None:
        """Return the value as it was read at this generation."""
        with self._lock:
            found = self._values.get(key)
            if found is None or found[0] != generation:
                return None
            self._values.move_to_end(key)
            return found[1]

    def keep(self, key: _Key, generation: int, value: bytes) -> None:
        """Keep a value in the place of an older one; make room by dropping what was not asked for longest."""
        if len(value) > MAX_VALUE_BYTES:
            return
        with self._lock:
            before = self._values.pop(key, None)
            self._bytes += _size(key, value) - (_size(key, before[1]) if before else 0)
            self._values[key] = (generation, value)
            while self._bytes > MAX_BYTES:
                old, (_generation, dropped) = self._values.popitem(last=False)
                self._bytes -= _size(old, dropped)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
            self._bytes = 0
            _catalogue.clear()


def _size(key: _Key, value: bytes) -> int:
    """Addresses that visitors make up are keys, too: nothing is kept for free."""
    return len(value) + len(key[3]) + _ENTRY_BYTES


memory = TenantMemory()
_catalogue: dict[tuple[object, ...], tuple[int, object]] = {}


@contextmanager
def remembering() -> Iterator[None]:
    """Let the functions marked `remembered` answer from memory within the block."""
    token = _is_on.set(True)
    try:
        yield
    finally:
        _is_on.reset(token)


def remembered(read: Callable[P, T]) -> Callable[P, T]:
    """Mark a selector of tenant rows: plain values in and out, which depend on rows, arguments and language alone.

    Whatever depends on the clock takes the day as an argument.
    """
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def recalled(*args: P.args, **kwargs: P.kwargs) -> T:
        tenant = current_tenant_or_none()
        # Without the listener a move of the generation could stay unheard.
        if tenant is None or not _is_on.get() or not directory.is_listening:
            return read(*args, **kwargs)
        key = (tenant.role, name, get_language() or "", pickle.dumps((args, sorted(kwargs.items()))))
        generation = directory.generation(tenant.role)
        found = memory.find(key, generation)
        if found is not None:
            return cast("T", pickle.loads(found))  # noqa: S301 -- bytes of this process alone
        value = read(*args, **kwargs)
        memory.keep(key, generation, pickle.dumps(value))
        return value

    return recalled


def remembered_catalogue(read: Callable[P, T]) -> Callable[P, T]:
    """Mark a selector of the shared catalogue: one value for each of its few arguments, the same for every tenant.

    The value itself is kept and handed to everybody, so it must not be changed. Positional arguments only. Staff of a
    town read from here, too: a tenant's role can't change the catalogue.
    """
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def recalled(*args: P.args, **kwargs: P.kwargs) -> T:
        may_recall = _is_on.get() or current_tenant_or_none() is not None
        if not may_recall or not directory.is_listening:
            return read(*args, **kwargs)
        generation = directory.generation(generations.CATALOGUE)
        found = _catalogue.get((name, *args))
        if found is None or found[0] != generation:
            found = (generation, read(*args, **kwargs))
            _catalogue[(name, *args)] = found
        return cast("T", found[1])

    return recalled
