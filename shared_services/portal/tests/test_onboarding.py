"""What a new portal starts with, and that a repeated onboarding changes nothing."""

from __future__ import annotations

from shared_services.portal import services
from shared_services.portal.models import AccessibilityFacts, LegalPage, OpeningHours, PortalProfile
from shared_services.portal.onboarding import seed_portal
from shared_services.portal.theme_presets import preset
from tenants.actors import system_actor
from tenants.provisioning.seeds import SeedContext
from tenants.registry.sites import TenantInfo

SYSTEM = system_actor("tests")


def _context(town: TenantInfo, *, state_code: str) -> SeedContext:
    return SeedContext(
        tenant=town.ref,
        actor=SYSTEM,
        name=town.name,
        official_name=town.official_name,
        kind=town.kind,
        state_code=state_code,
        ars=town.ars,
        host=town.host,
        region_slug=town.region_slug,
        region_name="Emscher-Lippe",
        operator_name=town.operator.name,
    )


def _empty() -> None:
    for model in (PortalProfile, LegalPage, AccessibilityFacts, OpeningHours):
        model.objects.all().delete()


def test_a_new_portal_has_the_look_of_its_region_and_every_page(in_gladbeck: TenantInfo) -> None:
    _empty()
    seed_portal(_context(in_gladbeck, state_code="03"))
    assert PortalProfile.objects.get().theme == preset("emscher-lippe").as_dict()
    assert LegalPage.objects.count() == 10
    statement = LegalPage.objects.get(kind="accessibility", language="de").body
    assert "Schlichtungsstelle" in statement
    assert "{{ gaps_list }}" in statement
    assert AccessibilityFacts.objects.get().bodies["enforcement"]["name"].startswith("Schlichtungsstelle")
    assert not OpeningHours.objects.exists()


def test_onboarding_again_adds_what_is_missing_and_keeps_the_rest(in_gladbeck: TenantInfo) -> None:
    services.save_legal_page(actor=SYSTEM, kind="imprint", language="de", title="Unser Impressum", body="Wir.")
    LegalPage.objects.filter(kind="privacy").delete()
    seed_portal(_context(in_gladbeck, state_code="05"))
    assert LegalPage.objects.get(kind="imprint", language="de").title == "Unser Impressum"
    assert LegalPage.objects.filter(kind="privacy").count() == 2
    assert PortalProfile.objects.count() == 1
