"""Routes of a region's editors, under /redaktion/ on the umbrella. Sign-in and account there are identity's."""

from django.urls import path

from catalog.editing.dashboard_views import dashboard

app_name = "catalog_editing"

urlpatterns = [
    path("", dashboard, name="dashboard"),
]
