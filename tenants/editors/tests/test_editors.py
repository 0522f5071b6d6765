"""Accounts of the shared catalogue's editors: let in by operators and commands, for the layers of their region."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from tenants.accounts import AccountInfo
from tenants.actors import ANONYMOUS, Actor, system_actor
from tenants.audit.models import AuditEntry
from tenants.context import as_editor, as_operator, as_projector, as_umbrella, in_tenant
from tenants.editors import invitations, selectors, services
from tenants.editors.models import EditorAccount, EditorScope
from tenants.editors.policies import can_edit_layer, can_enter_editing, can_publish_layer
from tenants.editors.scopes import Scope, name_scope, parse_scope, sort_scopes
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tenants.registry.sites import TenantInfo, directory

SYSTEM = system_actor("tests")
PASSWORD = "Kohle, Stahl und Kanäle"
REGION: Scope = ("region", "emscher-lippe")
DISTRICT: Scope = ("district", "05562")


def operator_of(region: str) -> Actor:
    """Return a person of the provider that runs a region."""
    info = directory.snapshot().regions[region].operator
    return Actor(kind="operator", name="Olga", id=UUID(int=5), operator_id=info.id)


def make(*, actor: Actor = SYSTEM, region: str = "emscher-lippe", **change: object) -> AccountInfo:
    """Create an editor who writes for the region."""
    wish = {
        "email": "Eike@Region.test ",
        "name": "Eike  Redaktion",
        "roles": ["editor"],
        "scopes": [REGION],
        "password": PASSWORD if actor.kind == "system" else None,
        **change,
    }
    return services.create_editor(actor=actor, region_slug=region, **wish)  # type: ignore[arg-type]


def editor(*roles: str, scopes: tuple[Scope, ...] = (REGION,), region: str = "emscher-lippe") -> Actor:
    """Return an editor as an actor."""
    return Actor(kind="editor", region=region, roles=frozenset(roles), scopes=frozenset(scopes))


def test_an_account_is_made_once_and_audited(db: None) -> None:
    made, again = make(), make()
    assert made == again
    assert (made.email, made.name, made.region) == ("eike@region.test", "Eike Redaktion", "emscher-lippe")
    with as_operator():
        entry = AuditEntry.objects.get(subject=made.subject)
    assert entry.action == "editor.created"
    assert entry.data == {"region": "emscher-lippe", "roles": ["editor"], "scopes": ["region:emscher-lippe"]}


def test_a_session_carries_region_roles_and_scopes_in_one_query(
    db: None, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    made = make(roles=["publisher", "editor"], scopes=[REGION, DISTRICT])
    with as_editor(), django_assert_num_queries(1):  # type: ignore[operator]
        account = selectors.get_session_account(made.id, region="emscher-lippe")
    assert account is not None
    assert account.as_actor() == Actor(
        kind="editor",
        name="Eike Redaktion",
        id=made.id,
        roles=frozenset({"editor", "publisher"}),
        region="emscher-lippe",
        scopes=frozenset({REGION, DISTRICT}),
    )


def test_an_account_is_nobody_in_another_region(db: None) -> None:
    made = make()
    with as_editor():
        assert selectors.get_session_account(made.id, region="muensterland") is None
        assert services.authenticate(email=made.email, password=PASSWORD, region="muensterland") is None
        assert services.authenticate(email=made.email, password=PASSWORD, region="emscher-lippe") is not None


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"region": "gibt-es-nicht"}, NotFound),
        ({"email": "kein-at"}, InvalidInput),
        ({"name": "  "}, InvalidInput),
        ({"roles": []}, InvalidInput),
        ({"roles": ["administrator"]}, InvalidInput),
        ({"scopes": []}, InvalidInput),
        ({"scopes": [("municipality", "")]}, InvalidInput),
        ({"scopes": [("region", "muensterland")]}, InvalidInput),
        ({"scopes": [("district", "05558")]}, InvalidInput),
        ({"scopes": [("state", "99")]}, InvalidInput),
        ({"scopes": [("federation", "05")]}, InvalidInput),
        ({"actor": ANONYMOUS}, NotFound),
        ({"actor": Actor(kind="editor", region="emscher-lippe", roles=frozenset({"publisher"}))}, NotFound),
    ],
)
def test_wrong_wishes_are_refused(db: None, change: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        make(**change)  # type: ignore[arg-type]


def test_operators_let_people_into_their_own_regions_only(db: None) -> None:
    made = make(actor=operator_of("emscher-lippe"))
    with as_operator():
        assert not EditorAccount.objects.get(id=made.id).has_usable_password()
        assert [one.id for one in selectors.list_editors(actor=operator_of("emscher-lippe")) if one.id == made.id]
        assert not [one for one in selectors.list_editors(actor=operator_of("muensterland")) if one.id == made.id]
        with pytest.raises(NotFound):
            selectors.get_editor(actor=operator_of("muensterland"), account_id=made.id)
    with pytest.raises(NotFound):
        make(actor=operator_of("muensterland"))
    for change in (
        lambda: services.deactivate(actor=operator_of("muensterland"), account_id=made.id),
        lambda: services.set_rights(
            actor=operator_of("muensterland"), account_id=made.id, roles=["editor"], scopes=[REGION]
        ),
        lambda: invitations.invite_editor(actor=operator_of("muensterland"), account_id=made.id),
    ):
        with pytest.raises(NotFound):
            change()


def test_a_password_is_chosen_by_whoever_is_invited(db: None) -> None:
    with pytest.raises(NotAllowed):
        make(actor=operator_of("emscher-lippe"), password=PASSWORD)


def test_what_holds_in_other_providers_regions_only_commands_give(db: None) -> None:
    with pytest.raises(InvalidInput):
        make(actor=operator_of("emscher-lippe"), scopes=[("state", "05")])
    made = make(scopes=[REGION, ("federation", ""), ("state", "05")])
    changed = services.set_rights(
        actor=operator_of("emscher-lippe"), account_id=made.id, roles=["publisher"], scopes=[DISTRICT]
    )
    assert sort_scopes(changed.scopes) == [("federation", ""), ("state", "05"), DISTRICT]
    assert changed.roles == {"publisher"}
    assert changed.session_epoch == made.session_epoch + 1


def test_one_address_is_one_account(db: None) -> None:
    make()
    with pytest.raises(Conflict):
        make(region="muensterland", scopes=[("region", "muensterland")])


def test_deactivating_ends_sessions_and_sign_in(db: None) -> None:
    made = make()
    services.deactivate(actor=SYSTEM, account_id=made.id)
    with as_editor():
        now = selectors.get_session_account(made.id, region="emscher-lippe")
        assert services.authenticate(email=made.email, password=PASSWORD, region="emscher-lippe") is None
    assert now is not None
    assert (now.is_active, now.session_epoch) == (False, made.session_epoch + 1)
    services.reactivate(actor=SYSTEM, account_id=made.id)
    with as_editor():
        assert services.authenticate(email=made.email, password=PASSWORD, region="emscher-lippe") is not None


def test_an_invitation_opens_once_and_at_its_region_only(db: None) -> None:
    made = make(actor=operator_of("emscher-lippe"))
    first = invitations.invite_editor(actor=operator_of("emscher-lippe"), account_id=made.id)
    second = invitations.invite_editor(actor=operator_of("emscher-lippe"), account_id=made.id)
    assert second.token not in repr(second)
    with as_editor():
        for token, region in ((first.token, "emscher-lippe"), (second.token, "muensterland"), ("x", "emscher-lippe")):
            with pytest.raises(NotFound):
                invitations.accept_invitation(token=token, password=PASSWORD, region=region)
        with pytest.raises(InvalidInput):
            invitations.accept_invitation(token=second.token, password="kurz", region="emscher-lippe")
        invitations.accept_invitation(token=second.token, password=PASSWORD, region="emscher-lippe")
        assert services.authenticate(email=made.email, password=PASSWORD, region="emscher-lippe") is not None
        with pytest.raises(NotFound):
            invitations.accept_invitation(token=second.token, password=PASSWORD, region="emscher-lippe")


def test_an_ended_access_is_not_invited_and_its_link_opens_nothing(db: None) -> None:
    made = make()
    invitation = invitations.invite_editor(actor=SYSTEM, account_id=made.id)
    services.deactivate(actor=SYSTEM, account_id=made.id)
    with pytest.raises(NotAllowed):
        invitations.invite_editor(actor=SYSTEM, account_id=made.id)
    with as_editor(), pytest.raises(NotFound):
        selectors.get_open_invitation(invitation.token, region="emscher-lippe")


@pytest.mark.parametrize("place", ["tenant", "umbrella", "projector"])
def test_the_database_hides_the_accounts(gladbeck: TenantInfo, place: str) -> None:
    context = {"tenant": in_tenant(gladbeck.ref), "umbrella": as_umbrella(), "projector": as_projector()}[place]
    with context, pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        EditorAccount.objects.first()


def test_editors_can_neither_make_accounts_nor_give_themselves_layers(db: None) -> None:
    made = make()
    scope = EditorScope(id=uuid4(), account_id=made.id, layer="federation")
    with as_editor(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        scope.save(force_insert=True)


@pytest.mark.parametrize(
    ("actor", "layer", "area", "edits", "publishes"),
    [
        (editor("editor"), "region", "emscher-lippe", True, False),
        (editor("publisher"), "region", "emscher-lippe", True, True),
        (editor("editor", "publisher", scopes=(DISTRICT,)), "district", "05562", True, True),
        (editor("publisher"), "region", "muensterland", False, False),
        (editor("publisher"), "district", "05562", False, False),
        (editor("publisher"), "state", "05", False, False),
        (editor("publisher"), "federation", "", False, False),
        (editor("publisher", scopes=(("state", "05"),)), "district", "05562", False, False),
        (editor(), "region", "emscher-lippe", False, False),
        (Actor(kind="staff", roles=frozenset({"editor"}), scopes=frozenset({REGION})), *REGION, False, False),
        (Actor(kind="operator", operator_id=UUID(int=1)), *REGION, False, False),
        (ANONYMOUS, *REGION, False, False),
        (SYSTEM, "federation", "", True, True),
    ],
)
def test_who_writes_and_publishes_where(
    actor: Actor,
    layer: str,
    area: str,
    edits: bool,  # noqa: FBT001
    publishes: bool,  # noqa: FBT001
) -> None:
    assert can_edit_layer(actor, layer=layer, area=area) is edits
    assert can_publish_layer(actor, layer=layer, area=area) is publishes


def test_only_editors_of_a_region_enter() -> None:
    assert can_enter_editing(editor("editor"))
    assert not can_enter_editing(editor("editor", region=""))
    assert not can_enter_editing(SYSTEM)
    assert not can_enter_editing(Actor(kind="staff", region="emscher-lippe"))


def test_scopes_have_names() -> None:
    assert parse_scope("district:05562") == DISTRICT
    assert parse_scope("federation") == ("federation", "")
    names = [name_scope(one, region_name="Emscher-Lippe") for one in [("federation", ""), ("state", "05"), DISTRICT]]
    assert names == ["Bund", "Land Nordrhein-Westfalen", "Kreis Recklinghausen"]
    assert name_scope(REGION, region_name="Emscher-Lippe") == "Emscher-Lippe"


def test_the_region_offers_its_own_layers(db: None) -> None:
    with as_operator():
        assert selectors.list_grantable_scopes(region="muensterland") == [
            ("region", "muensterland"),
            ("district", "05558"),
            ("district", "05570"),
        ]
