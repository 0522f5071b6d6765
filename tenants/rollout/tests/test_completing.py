"""A schema that is missing comes back at the version that the registry has for it, however far the files are."""

from __future__ import annotations

from tenants.provisioning.drift import find_drift
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.rollout.tests.conftest import SYSTEM, Release, columns, query, roll_out, versions
from tenants.rollout.tests.test_rollout import subjects

EXTRA = 'operations = [migrations.RunSQL("ALTER TABLE portal_notice ADD COLUMN extra int")]'


def test_a_missing_schema_is_made_at_its_own_version(release: Release) -> None:
    before = versions()["gladbeck"]
    release({"0100_extra": EXTRA})
    query("DROP SCHEMA t_gladbeck CASCADE")
    done = onboard(actor=SYSTEM, request=OnboardingRequest(slug="gladbeck", ags="05562014"))
    assert "schema" in done.completed
    assert versions()["gladbeck"] == before
    assert "extra" not in columns("gladbeck", "portal_notice")
    assert find_drift(subjects()) == []
    roll_out()
    assert "extra" in columns("gladbeck", "portal_notice")
