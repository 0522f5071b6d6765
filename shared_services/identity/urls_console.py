"""Routes of the IT providers' people on the console."""

from django.urls import path

from shared_services.identity import views
from shared_services.identity.citizen.views.logout import backchannel_logout
from shared_services.identity.urls_common import urlpatterns as common

app_name = "identity"

urlpatterns = [
    *common,
    path("einladung/<str:token>/", views.operator_invitation, name="invitation"),
    # Keycloak ends sign-ins here, as on every portal; a browser never comes.
    path("konto/abmeldung/", backchannel_logout, name="backchannel_logout"),
]
