"""Whoever imports under another address is told which texts still name the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_services.portal.models import LegalPage, Notice, PortalProfile
from tenants.audit.models import AuditEntry
from tenants.context import as_operator, in_tenant
from tenants.lifecycle.services import Wish, export_tenant, import_tenant, offboard
from tenants.lifecycle.tests.conftest import SYSTEM, Town, begin


@pytest.fixture
def texts(town: Town) -> None:
    """Have a town's texts name its own address, and addresses that only look like it."""
    with in_tenant(town.ref):
        PortalProfile.objects.update(website_url=f"https://{town.host}/start", app_url=f"https://neu-{town.host}/")
        page = LegalPage.objects.first()
        assert page is not None
        LegalPage.objects.filter(id=page.id).update(body=f"<p>Siehe {town.host.upper()}. Danke.</p>")
        Notice.objects.update(texts={"de": {"title": f"https://www.{town.host}.example"}})


def test_the_places_are_counted_and_said(town: Town, folder: Path, texts: None) -> None:
    begin(town, folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    done = import_tenant(actor=SYSTEM, archive=Path(gone.archive_path), wish=Wish(slug=f"{town.slug}-neu"))
    assert done.left_out_hosts == (town.host,)
    found = {one.place: one.rows for one in done.mentions}
    assert found == {"portal_legalpage.body": 1, "portal_portalprofile.website_url": 1}
    with as_operator():
        entry = AuditEntry.objects.get(action="tenant.imported", tenant_id=done.tenant.id)
    assert entry.data["old_hosts_in"] == found


def test_where_every_host_comes_along_nobody_looks(town: Town, folder: Path, texts: None) -> None:
    begin(town, folder, wait_days=0)
    gone = offboard(actor=SYSTEM, slug=town.slug)
    assert import_tenant(actor=SYSTEM, archive=Path(gone.archive_path)).mentions == ()


def test_a_copy_is_told_too(town: Town, folder: Path, texts: None) -> None:
    archive = export_tenant(actor=SYSTEM, slug=town.slug, target=folder).path
    copy = import_tenant(actor=SYSTEM, archive=archive, wish=Wish(slug=f"{town.slug}-kopie", is_training=True))
    assert {one.place for one in copy.mentions} == {"portal_legalpage.body", "portal_portalprofile.website_url"}
