"""Routes of citizens on a region's umbrella: the way in, and their account."""

from django.urls import path

from shared_services.identity.citizen.views import (
    account,
    data,
    data_businesses,
    data_email,
    data_household,
    entrance,
    flow,
    logout,
    registration,
    security,
)

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
    path("daten/", data.data, name="data"),
    path("daten/e-mail/", data_email.data_email, name="data_email"),
    path("daten/e-mail/abbrechen/", data_email.data_email_cancel, name="data_email_cancel"),
    path("adresse-bestaetigen/<str:token>/", data_email.confirm_email, name="confirm_email"),
    path("adresse-behalten/<str:token>/", data_email.keep_email, name="keep_email"),
    path("daten/mitteilungen/", data.data_choices, name="data_choices"),
    path("daten/haushalt/neu/", data_household.data_member_new, name="data_member_new"),
    path("daten/haushalt/<uuid:member_id>/", data_household.data_member, name="data_member"),
    path("daten/haushalt/<uuid:member_id>/entfernen/", data_household.data_member_remove, name="data_member_remove"),
    path("daten/unternehmen/neu/", data_businesses.data_business_new, name="data_business_new"),
    path("daten/unternehmen/<uuid:business_id>/", data_businesses.data_business, name="data_business"),
    path(
        "daten/unternehmen/<uuid:business_id>/entfernen/",
        data_businesses.data_business_remove,
        name="data_business_remove",
    ),
    path("daten/<slug:group>/", data.data_group, name="data_group"),
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
