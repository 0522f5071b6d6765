"""Routes of citizens that every portal has, a town's and an umbrella's: the way in and out."""

from django.urls import path

from shared_services.identity.citizen.views import flow, logout

urlpatterns = [
    path("anmelden/", flow.sign_in, name="sign_in"),
    path("anmelden/zurueck/", flow.returned, name="returned"),
    path("abmelden/", flow.sign_out, name="sign_out"),
    path("abgemeldet/", logout.signed_out, name="signed_out"),
    path("abmeldung/", logout.backchannel_logout, name="backchannel_logout"),
]
