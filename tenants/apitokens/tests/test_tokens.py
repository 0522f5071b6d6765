"""Access for programs: made by administrators, shown once, good in one town until it ends or is taken back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from structlog.testing import capture_logs

from tenants.actors import Actor
from tenants.apitokens import authentication
from tenants.apitokens.authentication import NotAuthenticated, authenticate_token
from tenants.apitokens.models import ApiToken
from tenants.apitokens.selectors import list_expiring_tokens, list_tokens
from tenants.apitokens.services import NewToken, create_token, revoke_token
from tenants.apitokens.tokens import Token, new_token, parse_token
from tenants.audit.models import AuditEntry
from tenants.context import in_tenant
from tenants.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooManyRequests
from tenants.ids import uuid7
from tenants.registry.sites import TenantInfo

SCOPE = "services:read"
Make = Callable[..., NewToken]


def person(town: TenantInfo, *roles: str) -> Actor:
    return Actor(kind="staff", name="Ada", id=uuid7(), tenant_id=town.id, roles=frozenset(roles))


@pytest.fixture
def make(gladbeck: TenantInfo) -> Make:
    """Make a token of Gladbeck's."""

    def made(*, purpose: str = "Stadt-App", days: int = 30) -> NewToken:
        with in_tenant(gladbeck.ref):
            return create_token(
                actor=person(gladbeck, "administrator"),
                purpose=purpose,
                scopes=[SCOPE],
                expires_on=timezone.localdate() + dt.timedelta(days=days),
            )

    return made


def asking(text: str, scheme: str = "Bearer") -> HttpRequest:
    return RequestFactory().get("/", headers={"Authorization": f"{scheme} {text}"} if text else {})


def actions(town: TenantInfo) -> list[str]:
    with in_tenant(town.ref):
        return list(
            AuditEntry.objects.filter(action__startswith="api.").order_by("id").values_list("action", flat=True)
        )


def reasons(town: TenantInfo) -> list[str]:
    with in_tenant(town.ref):
        return [entry.data["reason"] for entry in AuditEntry.objects.filter(action="api.refused").order_by("id")]


def test_a_token_opens_its_town(make: Make, gladbeck: TenantInfo) -> None:
    made = make()
    assert made.text.startswith("vb_gladbeck_")
    with in_tenant(gladbeck.ref):
        actor = authenticate_token(asking(made.text), scope=SCOPE)
    assert (actor.kind, actor.name, actor.id, actor.tenant_id) == ("api", "Stadt-App", made.info.id, gladbeck.id)
    assert actor.scopes == {("services", "read")}
    assert not actor.is_staff_of(gladbeck.id)


def test_only_a_hash_is_kept_and_nothing_tells_the_secret(make: Make, gladbeck: TenantInfo) -> None:
    with capture_logs() as logs:
        made = make()
        with in_tenant(gladbeck.ref):
            authenticate_token(asking(made.text), scope=SCOPE)
            with pytest.raises(NotAuthenticated):
                authenticate_token(asking(made.text[:-1] + ("0" if made.text[-1] != "0" else "1")), scope=SCOPE)
            entries = json.dumps(list(AuditEntry.objects.values("subject", "data")), default=str)
            row = ApiToken.objects.get()
    secret = made.text.rpartition("_")[2]
    for place in (entries, json.dumps(logs, default=str), row.secret_hash, repr(made), repr(parse_token(made.text))):
        assert secret not in place
        assert secret[:20] not in place


def test_the_first_use_of_a_day_is_noted_and_no_other(make: Make, gladbeck: TenantInfo) -> None:
    made = make()
    with in_tenant(gladbeck.ref):
        for _time in range(3):
            authenticate_token(asking(made.text), scope=SCOPE)
        ApiToken.objects.update(last_used_at=timezone.now() - dt.timedelta(days=1))
        authenticate_token(asking(made.text), scope=SCOPE)
        last = ApiToken.objects.get().last_used_at
    assert last is not None
    assert last > timezone.now() - dt.timedelta(minutes=1)
    assert actions(gladbeck) == ["api.token_created", "api.token_used", "api.token_used"]


def test_a_token_of_another_town_opens_nothing(make: Make, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    text = make().text
    with in_tenant(dorsten.ref):
        for one in (text, text.replace("_gladbeck_", "_dorsten_")):
            with pytest.raises(NotAuthenticated):
                authenticate_token(asking(one), scope=SCOPE)
    assert reasons(dorsten) == ["other_town", "unknown"]


def test_a_copied_row_opens_nothing_elsewhere(make: Make, gladbeck: TenantInfo, dorsten: TenantInfo) -> None:
    text = make().text
    with in_tenant(gladbeck.ref):
        [row] = ApiToken.objects.values()
    with in_tenant(dorsten.ref):
        ApiToken.objects.create(**row)
        with pytest.raises(NotAuthenticated):
            authenticate_token(asking(text.replace("_gladbeck_", "_dorsten_")), scope=SCOPE)
    assert reasons(dorsten) == ["wrong_secret"]


@pytest.mark.parametrize(
    "text", ["x", "vb_gladbeck_x_y", "vb__" + "0" * 32 + "_" + "0" * 64, "vb_gladbeck_" + "é" * 32 + "_" + "0" * 64]
)
def test_what_is_no_token_is_refused(gladbeck: TenantInfo, text: str) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotAuthenticated):
        authenticate_token(asking(text), scope=SCOPE)
    assert reasons(gladbeck) == ["malformed"]


def test_nothing_sent_is_no_attempt(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotAuthenticated):
        authenticate_token(asking(""), scope=SCOPE)
    assert actions(gladbeck) == []


def test_another_scheme_is_refused(make: Make, gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotAuthenticated):
        authenticate_token(asking(make().text, "Basic"), scope=SCOPE)


def test_a_revoked_token_opens_nothing(make: Make, gladbeck: TenantInfo) -> None:
    made = make()
    with in_tenant(gladbeck.ref):
        ada = person(gladbeck, "administrator")
        for _time in range(2):
            assert revoke_token(actor=ada, token_id=made.info.id).state == "revoked"
        with pytest.raises(NotAuthenticated):
            authenticate_token(asking(made.text), scope=SCOPE)
    assert actions(gladbeck) == ["api.token_created", "api.token_revoked", "api.refused"]
    assert reasons(gladbeck) == ["revoked"]


def test_an_expired_token_opens_nothing(make: Make, gladbeck: TenantInfo) -> None:
    made = make()
    with in_tenant(gladbeck.ref):
        ApiToken.objects.update(expires_at=timezone.now())
        with pytest.raises(NotAuthenticated):
            authenticate_token(asking(made.text), scope=SCOPE)
        assert [one.state for one in list_tokens(actor=person(gladbeck, "administrator"))] == ["expired"]
    assert reasons(gladbeck) == ["expired"]


def test_a_missing_scope_is_said(make: Make, gladbeck: TenantInfo) -> None:
    made = make()
    with in_tenant(gladbeck.ref), pytest.raises(NotAllowed, match="services:write"):
        authenticate_token(asking(made.text), scope="services:write")
    assert actions(gladbeck)[-1] == "api.scope_missing"


def test_who_guesses_is_stopped_and_does_not_fill_the_trail(
    make: Make, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "_FAILURES", 3)
    good = make().text
    with in_tenant(gladbeck.ref):
        for _time in range(3):
            with pytest.raises(NotAuthenticated):
                authenticate_token(asking(new_token("gladbeck", uuid7()).text()), scope=SCOPE)
        with pytest.raises(TooManyRequests):
            authenticate_token(asking(new_token("gladbeck", uuid7()).text()), scope=SCOPE)
        # Whoever has a good one goes on, from the same address too.
        authenticate_token(asking(good), scope=SCOPE)
    assert reasons(gladbeck) == ["unknown"] * 3


def test_a_program_that_asks_too_often_waits(make: Make, gladbeck: TenantInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "_REQUESTS", 2)
    made = make()
    with in_tenant(gladbeck.ref):
        for _time in range(2):
            authenticate_token(asking(made.text), scope=SCOPE)
        with pytest.raises(TooManyRequests):
            authenticate_token(asking(made.text), scope=SCOPE)


@pytest.mark.parametrize("roles", [("editor",), ("auditor",), ()])
def test_only_administrators_manage_them(make: Make, gladbeck: TenantInfo, roles: tuple[str, ...]) -> None:
    made = make(days=3)
    other = person(gladbeck, *roles)
    with in_tenant(gladbeck.ref):
        for refused in (
            lambda: create_token(actor=other, purpose="x", scopes=[SCOPE], expires_on=tomorrow()),
            lambda: revoke_token(actor=other, token_id=made.info.id),
            lambda: list_tokens(actor=other),
        ):
            with pytest.raises(NotAllowed):
                refused()
        assert list_expiring_tokens(actor=other) == []


def test_a_program_manages_nothing(make: Make, gladbeck: TenantInfo) -> None:
    made = make()
    with in_tenant(gladbeck.ref):
        program = authenticate_token(asking(made.text), scope=SCOPE)
        with pytest.raises(NotAllowed):
            create_token(actor=program, purpose="x", scopes=[SCOPE], expires_on=tomorrow())


def tomorrow() -> dt.date:
    return timezone.localdate() + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("purpose", {"purpose": "  "}),
        ("purpose", {"purpose": "x" * 121}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["everything"]}),
        ("expires_on", {"days": 0}),
        ("expires_on", {"days": 400}),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(gladbeck: TenantInfo, field: str, given: dict[str, object]) -> None:
    days = given.pop("days", 30)
    wish = {"purpose": "App", "scopes": [SCOPE], "expires_on": timezone.localdate() + dt.timedelta(days=int(str(days)))}
    with in_tenant(gladbeck.ref), pytest.raises(InvalidInput) as refused:
        create_token(actor=person(gladbeck, "administrator"), **(wish | given))  # type: ignore[arg-type]  # on purpose
    assert list(refused.value.fields) == [field]


def test_it_is_good_through_its_last_day(make: Make) -> None:
    made = make(days=1)
    assert made.info.last_day == tomorrow()
    assert made.info.state == "expiring"


def test_there_is_an_end_to_their_number(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.apitokens.services._MAX_OPEN", 1)
    make()
    with pytest.raises(Conflict, match="Entziehen"):
        make()


def test_what_is_not_there_can_not_be_revoked(gladbeck: TenantInfo) -> None:
    with in_tenant(gladbeck.ref), pytest.raises(NotFound):
        revoke_token(actor=person(gladbeck, "administrator"), token_id=uuid7())


def test_a_token_is_read_back_whole() -> None:
    token = new_token("castrop-rauxel", UUID(int=7))
    assert parse_token(token.text()) == token
    assert parse_token(token.text() + "0") is None
    assert isinstance(token, Token)
