"""Routes of a region's editors, under /redaktion/ on the umbrella. Sign-in and account there are identity's."""

from django.urls import include, path

from catalog.editing import matrix_views, preset_views
from catalog.editing.dashboard_views import dashboard

app_name = "catalog_editing"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("matrix/", matrix_views.matrix, name="matrix"),
    path("matrix/csv/", matrix_views.matrix_export, name="matrix_export"),
    path("vorgaben/", preset_views.presets, name="presets"),
    path("vorgaben/neu/", preset_views.preset_new, name="preset_new"),
    path("vorgaben/<uuid:preset_id>/", preset_views.preset, name="preset"),
    path("vorgaben/<uuid:preset_id>/zuruecknehmen/", preset_views.preset_remove, name="preset_remove"),
    path("leistungen/", include("catalog.editing.services_urls")),
]
