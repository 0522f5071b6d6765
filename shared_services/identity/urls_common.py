"""Routes that everybody who works here has, on a town's portal, an umbrella and the console."""

from django.urls import path

from shared_services.identity import views

urlpatterns = [
    path("anmelden/", views.sign_in, name="sign_in"),
    path("anmelden/zurueck/", views.returned, name="returned"),
    path("anmelden/passkey/", views.sign_in_passkey, name="sign_in_passkey"),
    path("anmelden/passkey/aufgabe/", views.passkey_challenge, name="passkey_challenge"),
    path("anmelden/code/", views.second_factor, name="second_factor"),
    path("abmelden/", views.sign_out, name="sign_out"),
    path("konto/", views.account, name="account"),
    path("konto/passwort/", views.change_password, name="change_password"),
    path("konto/post/", views.mail_choices, name="mail_choices"),
    path("konto/sitzungen/", views.end_other_sessions, name="end_other_sessions"),
    path("konto/zweiter-faktor/", views.factor, name="factor"),
    path("konto/zweiter-faktor/entfernen/", views.remove_factor, name="remove_factor"),
    path("konto/zweiter-faktor/codes/", views.renew_recovery_codes, name="renew_recovery_codes"),
    path("konto/bestaetigen/", views.confirm_factor, name="confirm_factor"),
    path("konto/bestaetigen/passkey/", views.confirm_passkey, name="confirm_passkey"),
    path("konto/passkeys/", views.own_passkeys, name="own_passkeys"),
    path("konto/passkeys/neu/", views.add_passkey, name="add_passkey"),
    path("konto/passkeys/aufgabe/", views.new_passkey_challenge, name="new_passkey_challenge"),
    path("konto/passkeys/<uuid:passkey_id>/entfernen/", views.remove_passkey, name="remove_passkey"),
]
