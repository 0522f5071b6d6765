"""Addresses of a region's umbrella portal. German at the root, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(
        path("", include("federation.umbrella.urls")),
        prefix_default_language=False,
    ),
]
