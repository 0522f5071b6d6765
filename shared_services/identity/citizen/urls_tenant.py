"""Routes of citizens on a town's portal. The account itself is at the umbrella, one for all towns."""

from django.urls import path

from shared_services.area import views as area
from shared_services.identity.citizen.views import flow, logout

app_name = "citizen"

urlpatterns = [
    path("", area.here, name="overview"),
    path("anmelden/", flow.sign_in, name="sign_in"),
    path("anmelden/zurueck/", flow.returned, name="returned"),
    path("abmelden/", flow.sign_out, name="sign_out"),
    path("abgemeldet/", logout.signed_out, name="signed_out"),
    path("abmeldung/", logout.backchannel_logout, name="backchannel_logout"),
]
