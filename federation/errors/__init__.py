"""The one place that renders errors, in the reader's language: a page in the site's layout, a part for htmx, or JSON.

`middleware` turns what a view raised into an answer, `handlers` are Django's own hooks, `closed` answers for hosts
without an open portal. `pages` renders; it falls back from the site's layout to a fixed page, and from that to plain
text.
"""

from federation.errors.closed import closed_portal, outdated_portal, unknown_host
from federation.errors.handlers import bad_request, csrf_failure, not_found, permission_denied, server_error
from federation.errors.middleware import ErrorMiddleware

__all__ = [
    "ErrorMiddleware",
    "bad_request",
    "closed_portal",
    "csrf_failure",
    "not_found",
    "outdated_portal",
    "permission_denied",
    "server_error",
    "unknown_host",
]
