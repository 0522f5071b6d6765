"""Lists that the demo's people keep under a name, so that nobody begins with empty tabs."""

from __future__ import annotations

from typing import Any

from catalog.decisions.saved_views import save_view as save_view_of_town
from catalog.editing.saved_views import save_view as save_view_of_region
from federation.demo.files import Record, read
from tenants.accounts import AccountInfo
from tenants.context import as_editor
from tenants.editors.selectors import get_editor_id
from tenants.editors.selectors import get_session_account as get_editor
from tenants.staff.selectors import get_account_id
from tenants.staff.selectors import get_session_account as get_staff


def load_views_of_town(slug: str) -> None:
    """Keep the lists of one town's staff, inside the town's context, once they have accounts."""
    for row in read("views.yaml")["towns"]:
        account_id = get_account_id(row["user"]) if row["tenant"] == slug else None
        account = get_staff(account_id) if account_id else None
        if account is not None:
            save_view_of_town(actor=account.as_actor(), **_view(row))


def load_views_of_regions() -> None:
    """Keep the lists of the regions' editors."""
    for row in read("views.yaml")["regions"]:
        account = _editor(row["user"], region=row["region"])
        if account is not None:
            save_view_of_region(actor=account.as_actor(), **_view(row))


def _editor(email: str, *, region: str) -> AccountInfo | None:
    with as_editor():
        account_id = get_editor_id(email)
        return get_editor(account_id, region=region) if account_id else None


def _view(row: Record) -> dict[str, Any]:
    return {"name": row["name"], "query": row["query"], "is_shared": row.get("is_shared", False)}
