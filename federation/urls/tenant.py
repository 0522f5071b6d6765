"""Addresses of a town's portal. German at the root, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from federation.urls.common import handler400, handler403, handler404, handler500

urlpatterns = [
    # For programs: one address in every language.
    path("api/v1/", include("shared_services.api.urls_v1")),
    *i18n_patterns(
        path("", include("catalog.pages.urls")),
        path("verwaltung/leistungen/eigene/", include("catalog.local.urls")),
        path("verwaltung/leistungen/qualitaet/", include("catalog.quality.urls")),
        path("verwaltung/leistungen/", include("catalog.decisions.urls")),
        path("verwaltung/erinnerungen/", include("shared_services.notifications.urls")),
        path("verwaltung/protokoll/", include("shared_services.trail.urls")),
        path("verwaltung/zugaenge/", include("shared_services.api.urls")),
        path("verwaltung/", include("shared_services.identity.urls_tenant")),
        path("konto/", include("shared_services.bookmarks.urls")),
        path("konto/", include("shared_services.identity.citizen.urls_tenant")),
        path("", include("shared_services.directory.urls")),
        path("", include("shared_services.portal.urls")),
        prefix_default_language=False,
    ),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
