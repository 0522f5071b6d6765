"""The entry for the web server. Cached pages of anonymous visitors are answered before Django is asked."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
_django = get_wsgi_application()

from django.conf import settings  # noqa: E402 -- as below

from federation.observability import databases  # noqa: E402 -- reads the settings, which stand now
from federation.pagecache.wsgi import CachedPages  # noqa: E402 -- reads the registry of apps, which stands now
from tenants.postgresql.pool import share_connections  # noqa: E402 -- as above
from tenants.rollout.running import ensure_reporting  # noqa: E402 -- as above

databases.connect()
share_connections()
if settings.VERBUND_LISTEN:
    # Before the first request: a contract step must not take what a process reads that nobody has visited yet.
    ensure_reporting("web")
application = CachedPages(_django)
