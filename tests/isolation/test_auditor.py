"""Auditors of a town read its audit trail and nothing else, whatever routes there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from shared_services.identity.tests.cast import attempt, make_staff
from tenants.registry.sites import TenantInfo
from tests.isolation.matrix import TENANT, WORK, WORK_FORM, WORK_MISSING, WORK_POST

# The dashboard leads them to the trail.
THEIRS = {"portal:staff_dashboard", "trail:entries", "trail:entries_csv", "trail:entries_json"}
# One's own account is everybody's; a preview shows people what they have sent themselves.
OWN = {
    "identity:account",
    "identity:sign_out",
    "identity:change_password",
    "identity:mail_choices",
    "identity:end_other_sessions",
    "bookmarks:remove",
    "identity:absence",
    "identity:end_absence",
    "identity:factor",
    "identity:remove_factor",
    "identity:second_factor",
    "identity:renew_recovery_codes",
    "portal:staff_branding_preview",
}


@pytest.fixture
def auditor(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> Client:
    """An auditor of Gladbeck, signed in."""
    account = make_staff(gladbeck, "rita.revision@gladbeck.test", "auditor")
    client = visit(gladbeck.host)
    assert attempt(client, account.email).status_code == 302
    return client


def test_auditors_read_the_trail(auditor: Client) -> None:
    for route in THEIRS - {"portal:staff_dashboard"}:
        assert auditor.get(reverse(route, urlconf="federation.urls.tenant")).status_code == 200
    assert auditor.get("/verwaltung/")["Location"] == "/verwaltung/protokoll/"


def test_auditors_get_no_other_page_and_change_nothing(auditor: Client) -> None:
    wrong = []
    for row in TENANT:
        if row.answers not in (WORK, WORK_POST, WORK_FORM, WORK_MISSING) or row.route in THEIRS | OWN:
            continue
        path = reverse(row.route, urlconf="federation.urls.tenant", kwargs=dict(row.values))
        if row.answers == WORK and auditor.get(path).status_code != 403:
            wrong.append(f"GET {row.route}: {auditor.get(path).status_code}")
        if row.writes:
            answer = auditor.post(path, {"email": "x@example.test", "reason": "x"})
            # 422: the form was read before the right was asked for; nothing is written either way.
            if answer.status_code not in {403, 404, 422}:
                wrong.append(f"POST {row.route}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_cashiers_have_a_first_page_and_nothing_to_change(gladbeck: TenantInfo, visit: Callable[[str], Client]) -> None:
    client = visit(gladbeck.host)
    attempt(client, make_staff(gladbeck, "karla.kasse@gladbeck.test", "cashier").email)
    rows = [row for row in TENANT if row.answers == WORK and row.route not in OWN | {"portal:staff_dashboard"}]
    paths = [reverse(row.route, urlconf="federation.urls.tenant", kwargs=dict(row.values)) for row in rows]
    assert [path for path in paths if client.get(path).status_code != 403] == []
    assert "Noch keine Vorgänge" in client.get("/verwaltung/").content.decode()
