"""What happens to connections, for whoever counts it. Senders are the backend's classes."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# A connection to the server was made.
connection_opened: Final = Signal()
# One was closed because its session had seen as many schemas as it may.
connection_recycled: Final = Signal()
# A thread waited for one of the pool's. Arguments: seconds.
connection_awaited: Final = Signal()
