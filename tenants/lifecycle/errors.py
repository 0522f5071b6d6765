"""What can go wrong with an archive, a disk or a connection, as people read it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from tenants.errors import DomainError, ExternalTemporary, InvalidInput

# SQLSTATEs of PostgreSQL: the server's own disk, and classes in which a session ends.
_SERVER_DISK_FULL: Final = "53100"
_SESSION_ENDED: Final = ("08", "57P")


class ArchiveDamaged(InvalidInput):
    """The archive is not what was written: the message says where it differs."""

    default_code = "archive_damaged"


def damaged(path: Path, reason: str) -> ArchiveDamaged:
    """Return the error for an archive that can't be trusted."""
    return ArchiveDamaged(
        _("Das Archiv {path} ist beschädigt oder unvollständig: {reason} Nehmen Sie eine andere Kopie.").format(
            path=path, reason=reason
        )
    )


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turn a full disk or a lost connection into a sentence. Whatever was under way has been rolled back by then.

    Raises: ExternalTemporary with code `disk_full`, `files_failed`, `database_lost` or `database_refused`.
    """
    try:
        yield
    except OSError as failed:
        raise _disk_failure(failed) from failed
    except (OperationalError, InterfaceError) as refused:
        raise _database_failure(refused) from refused


def _database_failure(refused: OperationalError | InterfaceError) -> DomainError:
    """Tell apart what the server says: no room, the session's end, or something else that trying again may cure."""
    state = getattr(refused.__cause__, "sqlstate", None) or ""
    if state == _SERVER_DISK_FULL:
        return _disk_full()
    if not state or state.startswith(_SESSION_ENDED):
        return ExternalTemporary(
            _("Die Verbindung zur Datenbank ist abgerissen. Es gilt der Stand von vorher; starten Sie den Befehl neu."),
            code="database_lost",
            data={"error": type(refused).__name__},
        )
    return ExternalTemporary(
        _("Die Datenbank hat abgelehnt: {reason}. Es gilt der Stand von vorher; starten Sie den Befehl neu.").format(
            reason=str(refused).partition("\n")[0]
        ),
        code="database_refused",
        data={"sqlstate": state},
    )


def _disk_full() -> DomainError:
    return ExternalTemporary(
        _(
            "Auf dem Datenträger ist kein Platz mehr. Es ist nichts halb Fertiges zurückgeblieben; schaffen Sie "
            "Platz und starten Sie den Befehl neu."
        ),
        code="disk_full",
    )


def _disk_failure(failed: OSError) -> DomainError:
    if failed.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return _disk_full()
    return ExternalTemporary(
        _(
            "Eine Datei lässt sich nicht lesen oder schreiben: {problem}. Prüfen Sie Pfad und Rechte und starten Sie "
            "den Befehl neu."
        ).format(problem=failed),
        code="files_failed",
    )
