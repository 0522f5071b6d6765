"""Addresses of a region's umbrella portal. German at the root, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from federation.urls.common import handler400, handler403, handler404, handler500

urlpatterns = [
    *i18n_patterns(
        path("redaktion/", include("shared_services.identity.urls_umbrella")),
        path("redaktion/erinnerungen/", include("shared_services.notifications.urls")),
        path("redaktion/beitraege/", include("catalog.contributions.urls")),
        path("redaktion/qualitaet/", include("catalog.coverage.urls")),
        path("redaktion/", include("catalog.editing.urls")),
        path("konto/bereich/", include("shared_services.area.urls")),
        path("konto/", include("shared_services.identity.citizen.urls_umbrella")),
        path("", include("federation.umbrella.urls")),
        prefix_default_language=False,
    ),
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
