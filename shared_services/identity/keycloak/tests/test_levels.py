"""What a login is worth: by each provider, person and level asked for. Against the real Keycloak."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared_services.identity.keycloak.admin import Api, full_admin
from shared_services.identity.keycloak.tests.walker import Visitor, one_time_code
from tests.keycloak import KeycloakForTests

Open = Callable[[], Visitor]
FOR_CITIZENS = ["bundid", "bundid-saml", "landeskonto", "landeskonto-saml"]
PROVIDERS = [*FOR_CITIZENS, "unternehmenskonto", "unternehmenskonto-saml"]
DIRECTORIES = ["verwaltung-dorsten", "verwaltung-muenster"]
OVER_OPENID = {"bundid", "landeskonto", "unternehmenskonto", "verwaltung-dorsten"}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("user", "level"), [("erika", "hoch"), ("max", "substantiell"), ("petra", "basis")])
def test_what_a_provider_says_becomes_the_level(visitor: Open, provider: str, user: str, level: str) -> None:
    claims = visitor().begin(kc_idp_hint=provider, acr_values=level).sign_in(user).token()
    assert (claims["acr"], claims["idp"]) == (level, provider)
    known_by = "bpk2" if provider in FOR_CITIZENS else "organisation_id"
    assert claims[known_by] == f"{known_by.removesuffix('_id')}-{user}"


@pytest.mark.parametrize(("asked", "given"), [("basis", "basis"), ("substantiell", "substantiell"), ("hoch", "hoch")])
def test_who_can_do_more_is_told_the_level_asked_for(visitor: Open, asked: str, given: str) -> None:
    assert visitor().begin(kc_idp_hint="bundid", acr_values=asked).sign_in("erika").token()["acr"] == given


def test_without_a_level_asked_for_the_highest_counts(visitor: Open) -> None:
    assert visitor().begin(kc_idp_hint="bundid").sign_in("erika").token()["acr"] == "hoch"


def test_who_can_do_less_is_told_what_was_proved(visitor: Open) -> None:
    assert visitor().begin(kc_idp_hint="bundid", acr_values="hoch").sign_in("petra").token()["acr"] == "basis"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("user", ["nils", "freya"])
def test_no_level_and_an_unknown_one_are_refused(
    visitor: Open, keycloak: KeycloakForTests, provider: str, user: str
) -> None:
    begun = len(keycloak.log_lines())
    someone = visitor().begin(kc_idp_hint=provider, acr_values="basis").sign_in(user)
    assert someone.answer == {}
    assert "Das Portal verlangt einen stärkeren Nachweis." in someone.heading()
    refused = (f'realm="{keycloak.realm}"', 'error="invalid_user_credentials"', f'identity_provider="{provider}"')
    assert keycloak.lines_with(*refused, since=begun)


def test_a_password_is_worth_basis_and_nothing_above(visitor: Open) -> None:
    someone = visitor().begin(acr_values="basis").sign_in("anna")
    assert someone.token()["acr"] == "basis"
    refused = visitor().begin(acr_values="substantiell").sign_in("anna")
    assert "code" not in refused.answer
    assert "Das Portal verlangt einen stärkeren Nachweis." in refused.heading()


def test_a_level_from_a_provider_does_not_outlive_a_login_with_the_password(visitor: Open) -> None:
    someone = visitor()
    assert someone.begin(kc_idp_hint="bundid", acr_values="hoch").sign_in("erika").token()["acr"] == "hoch"
    someone.begin(prompt="login", acr_values="basis")
    # Nobody of the cast's providers has a password here: the page asks, and there is none that fits.
    assert "code" not in someone.submit(password="erika-passwort").answer


def test_a_second_factor_is_a_level_beside(visitor: Open) -> None:
    someone = visitor().begin(acr_values="zwei-faktor").sign_in("otto")
    assert someone.submit(otp=one_time_code("geheimnis-otp-0123")).token()["acr"] == "zwei-faktor"


def test_a_second_factor_is_never_a_proof_of_identity(visitor: Open) -> None:
    someone = visitor().begin(acr_values="substantiell").sign_in("sonja")
    assert 'name="otp"' in someone.page, "whoever has a second factor shows it with the password"
    someone.submit(otp=one_time_code("geheimnis-otp-4567"))
    assert someone.answer == {}
    assert "BundID" in someone.page


def test_who_has_no_second_factor_is_not_offered_one_in_passing(visitor: Open) -> None:
    someone = visitor().begin(acr_values="zwei-faktor").sign_in("anna")
    assert "code" not in someone.answer
    assert "totpSecret" not in someone.page


def test_no_token_carries_the_attribute_behind_the_level(visitor: Open) -> None:
    claims = visitor().begin(kc_idp_hint="bundid").sign_in("max").token()
    assert "trust_level" not in claims


def test_what_a_provider_tells_arrives(visitor: Open) -> None:
    claims = visitor().begin(kc_idp_hint="bundid-saml").sign_in("erika").token()
    told = {name: claims[name] for name in ("given_name", "family_name", "birthdate", "street_address", "locality")}
    assert told == {
        "given_name": "Erika",
        "family_name": "Mustermann",
        "birthdate": "1964-08-12",
        "street_address": "Heidestraße 17",
        "locality": "Gladbeck",
    }


@pytest.mark.parametrize("provider", ["unternehmenskonto", "unternehmenskonto-saml"])
def test_a_company_comes_with_its_number(visitor: Open, provider: str) -> None:
    claims = visitor().begin(kc_idp_hint=provider).sign_in("gerda").token()
    assert (claims["organisation"], claims["organisation_id"]) == ("Muster Bau GmbH", "DE123456789")


@pytest.mark.parametrize("user", ["erika", "nils"])
@pytest.mark.parametrize("provider", DIRECTORIES)
def test_a_directory_of_staff_is_worth_basis_whoever_comes(visitor: Open, provider: str, user: str) -> None:
    someone = visitor().begin(kc_idp_hint=provider, acr_values="hoch").sign_in(user)
    claims = someone.token()
    assert (claims["acr"], claims["idp"]) == ("basis", provider)
    assert "bpk2" not in claims


def test_directories_are_offered_to_nobody_who_was_not_led_there(visitor: Open) -> None:
    page = visitor().begin().page
    assert "BundID (Simulation)" in page
    assert "Anmeldung der Stadt" not in page


@pytest.mark.parametrize("provider", DIRECTORIES)
def test_no_directory_says_which_address_is_an_account_s_own(visitor: Open, provider: str) -> None:
    theirs = visitor().begin(acr_values="basis").sign_in("anna").token()
    for _again in range(2):
        anne = visitor().begin(kc_idp_hint=provider).sign_in("anne").token()
        assert (anne["email"], anne["email_verified"]) == (theirs["email"], False)
        assert anne["sub"] != theirs["sub"]
        user = Api(full_admin()).get(f"/users/{anne['sub']}")
        assert (user.get("email"), user["attributes"]["contact_email"]) == (None, [theirs["email"]])


@pytest.mark.parametrize(("before", "after"), [("bundid-saml", "landeskonto-saml"), ("landeskonto", "bundid")])
def test_one_person_comes_by_two_providers(visitor: Open, before: str, after: str) -> None:
    first, second = (visitor().begin(kc_idp_hint=one).sign_in("erika").token() for one in (before, after))
    assert first["bpk2"] == second["bpk2"]
    assert first["sub"] != second["sub"]


@pytest.mark.parametrize("provider", [*PROVIDERS, *DIRECTORIES])
def test_who_calls_it_off_at_the_provider_is_not_signed_in(
    visitor: Open, keycloak: KeycloakForTests, provider: str
) -> None:
    begun = len(keycloak.log_lines())
    someone = visitor().begin(kc_idp_hint=provider).sign_in("abel").submit(cancel="x")
    assert someone.answer == {}
    # Over SAML Keycloak does not tell one end from another.
    told = "abgebrochen" if provider in OVER_OPENID else "Unerwarteter Fehler während der Authentifizierung"
    assert told in someone.heading()
    way_back = f"{keycloak.realm}/broker/{provider}/endpoint"
    assert keycloak.lines_with('error="rejected_by_user"', way_back, since=begun)


@pytest.mark.parametrize("provider", [*PROVIDERS, *DIRECTORIES])
def test_a_provider_in_trouble_signs_nobody_in(visitor: Open, keycloak: KeycloakForTests, provider: str) -> None:
    begun = len(keycloak.log_lines())
    someone = visitor().begin(kc_idp_hint=provider).sign_in("fabian")
    assert someone.answer == {}
    way_back = f"{keycloak.realm}/broker/{provider}/endpoint"
    assert keycloak.lines_with('type="LOGIN_ERROR"', 'error="access_denied"', way_back, since=begun)
    assert "Störung beim Anbieter" in someone.page


@pytest.mark.parametrize("provider", [*PROVIDERS, *DIRECTORIES])
def test_two_people_with_one_address_do_not_become_one(visitor: Open, provider: str) -> None:
    klaus, klara = (visitor().begin(kc_idp_hint=provider).sign_in(user).token() for user in ("klaus", "klara"))
    assert klaus["email"] == klara["email"]
    assert klaus["sub"] != klara["sub"]
    if provider in FOR_CITIZENS:
        assert (klaus["bpk2"], klara["bpk2"]) == ("bpk2-klaus", "bpk2-klara")


def test_an_address_from_a_provider_opens_nobody_s_account(visitor: Open) -> None:
    theirs = visitor().begin(acr_values="basis").sign_in("anna").token()
    # Anne has the address of Anna's account at her provider.
    anne = visitor().begin(kc_idp_hint="landeskonto").sign_in("anne").token()
    assert anne["email"] == theirs["email"]
    assert anne["sub"] != theirs["sub"]


@pytest.mark.parametrize(
    ("user", "provider"), [("ole", "bundid"), *(("namenlos", one) for one in (*PROVIDERS, *DIRECTORIES))]
)
def test_missing_details_stop_nobody(visitor: Open, provider: str, user: str) -> None:
    assert visitor().begin(kc_idp_hint=provider).sign_in(user).token()["idp"] == provider


@pytest.mark.parametrize("provider", ["bundid-saml", "landeskonto-saml"])
def test_another_name_is_taken_over_at_the_next_login(visitor: Open, provider: str) -> None:
    before = visitor().begin(kc_idp_hint=provider).sign_in("maria").token()
    after = visitor().begin(kc_idp_hint=provider).sign_in("maria-neu").token()
    assert before["sub"] == after["sub"]
    assert (before["family_name"], after["family_name"]) == ("Ledig", "Vermählt")
