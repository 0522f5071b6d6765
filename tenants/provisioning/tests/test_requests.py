"""What is refused at onboarding, and what is filled in."""

from __future__ import annotations

import pytest

from tenants.context import as_operator
from tenants.errors import Conflict, DomainError, InvalidInput, NotFound
from tenants.provisioning.requests import CheckedRequest, OnboardingRequest, check_request

pytestmark = pytest.mark.django_db


def check(slug: str, ags: str, **more: object) -> CheckedRequest:
    with as_operator():
        return check_request(OnboardingRequest(slug=slug, ags=ags, **more))  # type: ignore[arg-type]


def refusal(slug: str, ags: str, **more: object) -> DomainError:
    with pytest.raises(DomainError) as refused:
        check(slug, ags, **more)
    return refused.value


def test_defaults_come_from_the_list_of_areas_and_the_region() -> None:
    found = check("ascheberg", "05558004")
    assert found.region.slug == "muensterland"
    assert found.host == "ascheberg.localhost"
    assert found.area.ars == "055580004004"
    assert found.official_name == "Gemeinde Ascheberg"
    assert found.existing is None


def test_a_key_of_another_town_names_the_right_one() -> None:
    refused = refusal("gladbeck", "05512000")
    assert isinstance(refused, InvalidInput)
    assert "Bottrop" in refused.user_message
    assert "05562014 (Gladbeck)" in refused.user_message
    assert list(refused.fields) == ["ags"]


def test_an_unknown_key_names_the_right_one_too() -> None:
    refused = refusal("gladbeck", "05512999")
    assert "05562014 (Gladbeck)" in refused.user_message


@pytest.mark.parametrize("ags", ["", "0556", "055620145", "ABCDEFGH", "٠٥٥٦٢٠١٤"])
def test_a_key_of_another_form_is_refused(ags: str) -> None:
    refused = refusal("gladbeck", ags)
    assert isinstance(refused, InvalidInput)
    assert list(refused.fields) == ["ags"]


@pytest.mark.parametrize("slug", ["", "A", "-gladbeck", "gladbeck-", "glad--beck", "glad_beck", "9burg", "ä", "x" * 41])
def test_a_bad_short_name_is_refused(slug: str) -> None:
    refused = refusal(slug, "05558004")
    assert isinstance(refused, InvalidInput)
    assert list(refused.fields) == ["slug"]


def test_a_short_name_must_fit_the_town() -> None:
    refused = refusal("beispielstadt", "05558004")
    assert isinstance(refused, InvalidInput)
    assert list(refused.fields) == ["slug"]
    assert "ascheberg" in refused.user_message


def test_an_unknown_region_names_the_known_ones() -> None:
    refused = refusal("ascheberg", "05558004", region_slug="ruhrgebiet")
    assert isinstance(refused, NotFound)
    assert "muensterland" in refused.user_message
    assert refused.data["fields"]


@pytest.mark.parametrize(
    "host", ["gladbeck.localhost", "www.gladbeck.localhost", "konsole.localhost", "muensterland.localhost"]
)
def test_a_host_where_somebody_answers_is_refused(host: str) -> None:
    refused = refusal("ascheberg", "05558004", host=host)
    assert isinstance(refused, Conflict)
    assert refused.data["fields"] == {"host": [refused.user_message]}


@pytest.mark.parametrize("host", ["localhost", "https://x.de", "a b.de", "-a.de", "x." + "y" * 64, "ä.de", "a..de"])
def test_what_is_no_host_is_refused(host: str) -> None:
    refused = refusal("ascheberg", "05558004", host=host)
    assert isinstance(refused, InvalidInput)
    assert list(refused.fields) == ["host"]


def test_a_further_host_is_checked_like_the_first() -> None:
    refused = refusal("ascheberg", "05558004", other_hosts=("neu.example.de", "gladbeck.localhost"))
    assert refused.data["fields"] == {"other_hosts": [refused.user_message]}


def test_a_taken_short_name_is_refused() -> None:
    refused = refusal("muenster", "05558004")
    assert isinstance(refused, DomainError)


def test_a_town_that_is_there_under_another_name_is_refused() -> None:
    refused = refusal("gladbeck-zwei", "05562014")
    assert isinstance(refused, Conflict)
    assert "gladbeck" in refused.user_message


def test_a_repeated_wish_finds_the_tenant_and_its_own_hosts() -> None:
    found = check("gladbeck", "05562014")
    assert found.existing is not None
    assert found.existing.slug == "gladbeck"
    assert found.host == "gladbeck.localhost"


def test_a_repeated_wish_does_not_move_a_tenant_to_another_region() -> None:
    refused = refusal("gladbeck", "05562014", region_slug="muensterland")
    assert isinstance(refused, Conflict)
    assert "Emscher-Lippe" in refused.user_message


@pytest.mark.parametrize("life", ["suspended", "leaving", "gone"])
def test_nobody_begins_closed(life: str) -> None:
    assert list(refusal("ascheberg", "05558004", life=life).data["fields"]) == ["life"]  # type: ignore[call-overload]
