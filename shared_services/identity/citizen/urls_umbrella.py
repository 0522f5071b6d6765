"""Routes of citizens on a region's umbrella: the way in, and their account."""

from django.urls import path

from shared_services.identity.citizen.views import account, entrance, flow, logout, registration, security

app_name = "citizen"

urlpatterns = [
    path("", account.overview, name="overview"),
    path("anmelden/", flow.sign_in, name="sign_in"),
    path("anmelden/zurueck/", flow.returned, name="returned"),
    path("abmelden/", flow.sign_out, name="sign_out"),
    path("abgemeldet/", logout.signed_out, name="signed_out"),
    path("abmeldung/", logout.backchannel_logout, name="backchannel_logout"),
    path("anmelden/passwort/", entrance.sign_in_form, name="sign_in_form"),
    path("anmelden/code/", entrance.second_factor, name="second_factor"),
    path("anmelden/passkey/", entrance.sign_in_passkey, name="sign_in_passkey"),
    path("anmelden/passkey/aufgabe/", entrance.passkey_challenge, name="passkey_challenge"),
    path("weitergeben/", entrance.hand_over, name="hand_over"),
    path("registrieren/", registration.register, name="register"),
    path("bestaetigen/<str:token>/", registration.confirm, name="confirm"),
    path("passwort-vergessen/", registration.forgotten, name="forgotten"),
    path("passwort-neu/<str:token>/", registration.reset, name="reset"),
    path("geraete/", account.devices, name="devices"),
    path("geraete/abmelden/", account.end_other_devices, name="end_other_devices"),
    path("geraete/<uuid:session_id>/abmelden/", account.end_device, name="end_device"),
    path("verlauf/", account.history, name="history"),
    path("sicherheit/", security.security, name="security"),
    path("sicherheit/app/", security.add_app, name="add_app"),
    path("sicherheit/app/entfernen/", security.remove_app, name="remove_app"),
    path("sicherheit/notfallcodes/", security.renew_codes, name="renew_codes"),
    path("sicherheit/passkeys/neu/", security.add_passkey, name="add_passkey"),
    path("sicherheit/passkeys/aufgabe/", security.new_passkey_challenge, name="new_passkey_challenge"),
    path("sicherheit/passkeys/<uuid:passkey_id>/entfernen/", security.remove_passkey, name="remove_passkey"),
]
