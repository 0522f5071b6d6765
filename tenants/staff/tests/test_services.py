"""People of a municipality below the pages: rights, accounts, and what is written about them."""

from __future__ import annotations

import pytest

from tenants.accounts import AccountInfo
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.models import AuditEntry
from tenants.context import in_tenant
from tenants.errors import InvalidInput, NotAllowed
from tenants.passwords import list_password_problems
from tenants.registry.sites import TenantInfo
from tenants.staff import policies, services
from tenants.staff.models import StaffAccount

SYSTEM = system_actor("tests")
PASSWORD = "Fördergerüst im Nebel"


@pytest.fixture
def editor(gladbeck: TenantInfo) -> AccountInfo:
    """Return an editor of Gladbeck."""
    with in_tenant(gladbeck.ref):
        return services.create_account(
            actor=SYSTEM, email="Edda@Gladbeck.test", name="Edda", password=PASSWORD, roles=["editor"]
        )


def staff_of(tenant: TenantInfo, *roles: str) -> Actor:
    return Actor(kind="staff", name="Jemand", id=tenant.id, tenant_id=tenant.id, roles=frozenset(roles))


def test_rights_follow_the_roles(gladbeck: TenantInfo) -> None:
    administrator, editor, nobody = (staff_of(gladbeck, *r) for r in (["administrator"], ["editor"], []))
    with in_tenant(gladbeck.ref):
        assert [policies.can_manage_staff(one) for one in (administrator, editor, nobody)] == [True, False, False]
        assert [policies.can_edit_portal(one) for one in (administrator, editor, nobody)] == [True, True, False]
        assert [policies.can_edit_catalogue(one) for one in (administrator, editor, nobody)] == [True, True, False]
        assert policies.can_edit_catalogue(SYSTEM)
        assert not policies.can_edit_catalogue(ANONYMOUS)
        assert not policies.can_edit_catalogue(Actor(kind="operator", roles=frozenset({"administrator"})))


def test_rights_end_at_the_towns_border(gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    stranger = staff_of(dorsten, "administrator", "editor")
    with in_tenant(gladbeck.ref):
        assert not policies.can_edit_catalogue(stranger)
        assert not policies.can_manage_staff(stranger)
        assert not policies.can_enter_workspace(stranger)
        with pytest.raises(NotAllowed):
            services.invite(actor=stranger, email="a@b.test", roles=["editor"])
    assert not policies.can_edit_catalogue(stranger), "outside of a tenant nobody may do anything"


def test_require_names_the_policy_not_the_person(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotAllowed) as refused:
        policies.require(policies.can_manage_staff, ANONYMOUS)
    assert refused.value.data == {"policy": "can_manage_staff"}
    assert "Berechtigung" in refused.value.user_message


def test_accounts_are_made_by_the_system_only_and_once(gladbeck: TenantInfo, editor: AccountInfo) -> None:
    wish = {"email": "edda@gladbeck.test", "name": "Andere", "password": "Ein anderes Passwort", "roles": ["editor"]}
    with in_tenant(gladbeck.ref):
        assert services.create_account(actor=SYSTEM, **wish) == editor  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            services.create_account(actor=staff_of(gladbeck, "administrator"), **wish)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput):
            services.create_account(actor=SYSTEM, **{**wish, "email": "n@x.test", "roles": []})  # type: ignore[arg-type]


def test_every_change_is_in_the_trail_without_secrets(gladbeck: TenantInfo, editor: AccountInfo) -> None:
    new = "Kokerei am frühen Morgen"
    with in_tenant(gladbeck.ref):
        actor = editor.as_actor()
        services.change_password(actor=actor, current_password=PASSWORD, new_password=new)
        services.end_sessions(actor=actor)
        administrator = staff_of(gladbeck, "administrator")
        services.set_roles(actor=administrator, account_id=editor.id, roles=["editor", "administrator"])
        invitation = services.invite(actor=administrator, email="neu@gladbeck.test", roles=["editor"])
        entries = list(AuditEntry.objects.order_by("-id")[:5])
        epoch = StaffAccount.objects.get(id=editor.id).session_epoch
    assert [entry.action for entry in reversed(entries)] == [
        "staff.created",
        "staff.password_changed",
        "staff.sessions_ended",
        "staff.roles_changed",
        "staff.invited",
    ]
    written = str([vars(entry) for entry in entries])
    assert not [secret for secret in (PASSWORD, new, invitation.token) if secret in written]
    assert invitation.token not in repr(invitation)
    assert epoch == editor.session_epoch + 3


def test_a_deactivated_person_can_change_nothing(gladbeck: TenantInfo, editor: AccountInfo) -> None:
    with in_tenant(gladbeck.ref):
        services.deactivate(actor=SYSTEM, account_id=editor.id)
        with pytest.raises(NotAllowed):
            services.change_password(
                actor=editor.as_actor(), current_password=PASSWORD, new_password="Neu und lang genug"
            )


@pytest.mark.parametrize(
    ("password", "count"),
    [
        ("Zwölf Zeichen sind genug", 0),
        ("kurz", 1),
        ("123456123456", 1),
        ("edda.redaktion@gladbeck.test", 1),
        ("Edda Redaktion", 1),
        ("x" * 300, 1),
    ],
)
def test_password_rules(password: str, count: int) -> None:
    owner = StaffAccount(email="edda.redaktion@gladbeck.test", name="Edda Redaktion")
    assert len(list_password_problems(password, owner=owner)) == count
