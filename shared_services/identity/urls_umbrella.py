"""Routes of a region's editors on the umbrella, under /redaktion/. The dashboard there is the catalogue's."""

from django.urls import path

from shared_services.identity import views
from shared_services.identity.urls_common import urlpatterns as common

app_name = "identity"

urlpatterns = [
    *common,
    path("einladung/<str:token>/", views.editor_invitation, name="invitation"),
]
