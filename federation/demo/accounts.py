"""Accounts of the demo. Everyone can read the pattern of their passwords: never for a deployment that people use."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from federation.demo.files import password, read
from shared_services.accounts.registration import create_account as create_account_of_citizen
from shared_services.directory.selectors import list_units
from tenants.actors import Actor
from tenants.context import as_migration
from tenants.editors.scopes import parse_scope
from tenants.editors.services import create_editor
from tenants.operators.services import create_operator_account
from tenants.staff.absence import set_absence
from tenants.staff.services import create_account


def load_operator_accounts(actor: Actor) -> None:
    """Create the operators' accounts that are missing."""
    with as_migration():
        for row in read("accounts.yaml")["operators"]:
            create_operator_account(
                actor=actor,
                operator_slug=row["operator"],
                email=row["user"],
                name=row["name"],
                password=password(role=row["role"], slug=row["operator"]),
            )


def load_editor_accounts(actor: Actor) -> None:
    """Create the accounts of the regions' editors that are missing."""
    for row in read("accounts.yaml")["editors"]:
        create_editor(
            actor=actor,
            region_slug=row["region"],
            email=row["user"],
            name=row["name"],
            roles=row["roles"],
            scopes=[parse_scope(scope) for scope in row["scopes"]],
            password=password(role=row["role"], slug=row["region"]),
        )


def load_citizen_accounts(actor: Actor) -> list[str]:
    """Create the citizens' accounts that are missing, and return the addresses of the new ones."""
    return [
        row["user"]
        for row in read("accounts.yaml")["citizens"]
        if create_account_of_citizen(
            actor=actor, email=row["user"], password=password(role=row["role"], slug=row["region"]), language="de"
        )
    ]


def load_staff_accounts(actor: Actor, slug: str) -> None:
    """Create the accounts of one town's staff, inside the town's context and after its offices."""
    rows = [row for row in read("accounts.yaml")["staff"] if row["tenant"] == slug]
    units = {unit.name: unit.id for unit in list_units()} if any("offices" in row for row in rows) else {}
    ids = {
        row["user"]: create_account(
            actor=actor,
            email=row["user"],
            name=row["name"],
            password=password(role=row["role"], slug=slug),
            roles=[row["role"]],
            offices=[units[name] for name in row.get("offices", [])],
        ).id
        for row in rows
    }
    today = timezone.localdate()
    for row in rows:
        if "absent" in row:
            set_absence(
                actor=actor,
                account_id=ids[row["user"]],
                first_day=today,
                last_day=today + timedelta(days=row["absent"]["days"]),
                deputy=ids[row["absent"]["deputy"]],
                is_told=False,
            )
