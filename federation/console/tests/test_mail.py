"""Operators see which mails of their towns and regions did not arrive, and of no others."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tenants.context import as_projector
from tenants.mail.models import MailProblem
from tenants.registry.sites import TenantInfo

pytestmark = pytest.mark.django_db


def note(**facts: object) -> None:
    with as_projector():
        MailProblem.objects.create(kind="account.invited", code="550", said="unknown here", **facts)


def test_the_page_names_own_towns_and_regions_only(olga: Client, matthis: Client, gladbeck: TenantInfo) -> None:
    assert "Keine E-Mail ist liegen geblieben" in olga.get("/e-mail/").content.decode()
    note(tenant_id=gladbeck.id, region="emscher-lippe", recipient_domain="gladbeck.test")
    note(region="emscher-lippe", recipient_domain="region.test")
    own, other = olga.get("/e-mail/").content.decode(), matthis.get("/e-mail/").content.decode()
    for text in ("gladbeck.test", "region.test", "550 unknown here", "Einladung"):
        assert text in own
    assert "gladbeck.test" not in other
    assert "region.test" not in other


def test_it_says_where_no_mail_is_sent_at_all(olga: Client, settings: Settings) -> None:
    settings.VERBUND_MAIL = False
    assert "Es werden keine E-Mails verschickt" in olga.get("/e-mail/").content.decode()
