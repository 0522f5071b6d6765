"""What the demo's citizens remember."""

from __future__ import annotations

from collections.abc import Collection

from federation.demo.files import read
from shared_services.accounts.book import get_account_id
from shared_services.bookmarks.services import add_bookmark
from tenants.actors import Actor
from tenants.context import in_tenant
from tenants.registry.sites import directory


def load_bookmarks(emails: Collection[str]) -> None:
    """Let new citizens remember services: who has removed one since keeps it removed."""
    towns = directory.reload().tenants
    for row in read("accounts.yaml")["citizens"]:
        account_id = get_account_id(row["user"]) if row["user"] in emails else None
        if account_id is None:
            continue
        actor = Actor(kind="citizen", id=account_id)
        for slug, services in row["bookmarks"].items():
            with in_tenant(towns[slug].ref):
                for service in services:
                    add_bookmark(actor=actor, slug=service)
