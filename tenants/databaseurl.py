"""Database addresses as people write them: `postgresql://user:password@host:port/name?option=value`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_SCHEMES = {"postgres", "postgresql"}


@dataclass(frozen=True)
class DatabaseUrl:
    """The parts of an address. `host` may be a folder with a socket (`?host=/run/postgresql`)."""

    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    options: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the address, password included."""
        login = quote(self.user, safe="")
        if self.password:
            login += ":" + quote(self.password, safe="")
        at = f"{login}@" if login else ""
        is_socket = self.host.startswith("/")
        place = ("" if is_socket else self.host) + (f":{self.port}" if self.port else "")
        options = {**self.options, **({"host": self.host} if is_socket else {})}
        query = f"?{urlencode(options)}" if options else ""
        return f"postgresql://{at}{place}/{quote(self.name, safe='')}{query}"

    def with_login(self, user: str, password: str, *, name: str | None = None) -> DatabaseUrl:
        """Return the same server for another login, and another database if named."""
        return replace(self, user=user, password=password, name=name or self.name)


def parse_database_url(url: str) -> DatabaseUrl:
    """Take an address apart.

    Raises: ValueError, in a sentence, when it is no PostgreSQL address or names no database.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        message = "a database address starts with postgresql://"
        raise ValueError(message)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        message = "a database address ends with /name-of-the-database"
        raise ValueError(message)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or (parts.hostname or "")
    return DatabaseUrl(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=str(parts.port or options.pop("port", "") or ""),
        options=options,
    )
