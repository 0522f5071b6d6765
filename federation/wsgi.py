"""The entry for the web server. Cached pages of anonymous visitors are answered before Django is asked."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- settings first

from federation.pagecache.wsgi import CachedPages  # noqa: E402

application = CachedPages(get_wsgi_application())
