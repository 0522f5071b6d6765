"""The doctor finds what somebody broke, names it, and finds nothing in a sound deployment."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tenants.context import as_migration
from tenants.doctor.finding import Finding
from tenants.doctor.schemas import examine_structure
from tenants.doctor.selectors import examine
from tenants.names import tenant_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_files(settings: Settings, tmp_path: Path) -> None:
    """Other tests leave files of tenants that are rolled back."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


def break_it(*statements: str) -> None:
    with as_migration(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def found(code: str, tenant: str = "") -> list[Finding]:
    return [one for one in examine() if one.code == code and one.tenant == tenant]


def test_a_sound_deployment_has_no_findings() -> None:
    assert examine() == []


def test_drift_is_named_with_its_tenant() -> None:
    break_it(
        "ALTER TABLE t_marl.decisions_override DROP CONSTRAINT override_one_per_field",
        "ALTER TABLE t_marl.portal_notice ADD COLUMN mine int",
        f"REVOKE INSERT ON t_marl.portal_notice FROM {tenant_role('t_marl')}",
        f"GRANT SELECT ON t_marl.portal_notice TO {tenant_role('t_herten')}",
    )
    texts = [one.what for one in found("drift", "marl")]
    assert any("es fehlt: constraint decisions_override.override_one_per_field" in text for text in texts)
    assert any("gehört nicht dazu: column portal_notice.mine" in text for text in texts)
    assert any("gehört nicht dazu: right portal_notice.tenant (DELETE, SELECT, UPDATE)" in text for text in texts)
    assert any(f"right portal_notice.{tenant_role('t_herten')} (SELECT)" in text for text in texts)
    assert {one.tenant for one in examine()} == {"marl"}


def test_what_acts_unseen_on_rows_is_named() -> None:
    """Rules change what statements do, policies hide rows, statistics are the harmless kin of both."""
    break_it(
        "CREATE RULE kept AS ON DELETE TO t_marl.portal_notice DO INSTEAD NOTHING",
        f"CREATE POLICY hidden ON t_marl.portal_notice TO {tenant_role('t_marl')} USING (level = 'info')",
        "CREATE STATISTICS t_marl.together ON id, level FROM t_marl.portal_notice",
        "ALTER TABLE t_herten.portal_notice FORCE ROW LEVEL SECURITY",
    )
    texts = [one.what for one in found("drift", "marl")]
    assert any("gehört nicht dazu: rule portal_notice.kept (CREATE RULE kept AS" in text for text in texts)
    assert any("row policy portal_notice.hidden (permissive * to tenant using (" in text for text in texts)
    assert any("statistics portal_notice.together (CREATE STATISTICS together ON id, level" in text for text in texts)
    assert len(texts) == 3
    assert {"forced" in one.what for one in found("drift", "herten")} == {True, False}


def test_the_comparison_of_all_schemas_is_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert list(examine_structure()) == []
    comparing = [one["sql"] for one in queries if "WITH \nwanted AS" in one["sql"] or "wanted AS (" in one["sql"]]
    assert len(comparing) == 1
    assert not any("pg_class" in one["sql"] for one in queries if one["sql"] not in comparing)


def test_missing_parts_of_an_onboarding_are_named() -> None:
    break_it(
        "DELETE FROM registry_domain USING registry_tenant t WHERE tenant_id = t.id AND t.slug = 'herten'",
        "DELETE FROM registry_tenantcode USING registry_tenant t WHERE tenant_id = t.id AND t.slug = 'herten'",
        f"DELETE FROM registry_generation WHERE scope = '{tenant_role('t_herten')}'",  # noqa: S608 -- a role's name
        "DROP SCHEMA t_waltrop CASCADE",
    )
    codes = {one.code for one in examine() if one.tenant == "herten"}
    assert codes == {"host_missing", "code_missing", "generation_missing"}
    assert [one.code for one in examine() if one.tenant == "waltrop"] == ["schema_missing"]


def test_roles_that_may_too_much_or_too_little_are_named() -> None:
    marl, herten = tenant_role("t_marl"), tenant_role("t_herten")
    with as_migration(), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT broken")
        cursor.execute(f"REVOKE {settings.VERBUND_ROLE_PREFIX}_tenant FROM {marl}")
        cursor.execute(f"GRANT {herten} TO {marl}")
        cursor.execute(f"ALTER ROLE {herten} CREATEROLE")
        assert {one.code for one in examine() if one.tenant == "marl"} == {"role_membership"}
        assert [f"darf auch, was {herten} darf" in one.what for one in found("role_membership", "marl")].count(
            True
        ) == 1
        assert len(found("role_mighty", "herten")) == 1
        cursor.execute("ROLLBACK TO SAVEPOINT broken")


def test_what_belongs_to_nobody_is_named() -> None:
    role = tenant_role("t_nobody")
    break_it("CREATE SCHEMA t_nobody", "CREATE SCHEMA tenant_rehearsal", f"CREATE ROLE {role}")
    assert "t_nobody" in found("schema_orphaned")[0].what
    assert any(role in one.what for one in found("role_orphaned"))
    assert [one.severity for one in found("rehearsal_left")] == ["note"]


def test_wrong_rights_on_shared_tables_are_named() -> None:
    break_it(
        f"GRANT SELECT ON outbox_outboxevent TO {settings.VERBUND_ROLE_PREFIX}_tenant",
        "ALTER TABLE audit_auditentry DISABLE ROW LEVEL SECURITY",
    )
    assert "outbox_outboxevent" in found("shared_rights")[0].what
    assert {"audit_auditentry" in one.what for one in found("row_rules")} == {True}


def test_versions_are_named() -> None:
    break_it("UPDATE registry_tenant SET schema_version = 'abc' WHERE slug = 'marl'")
    assert "abc" in found("version_unknown", "marl")[0].what


def test_folders_of_nobody_are_named(settings: Settings, tmp_path: Path) -> None:
    for name in ("t_gladbeck", "t_nobody", ".arriving-t_marl-1", "something else"):
        (tmp_path / name).mkdir()
    settings.MEDIA_ROOT = str(tmp_path)
    assert "t_nobody" in found("folder_orphaned")[0].what
    assert [one.severity for one in found("folder_left")] == ["note"]
    assert len([one for one in examine() if one.code.startswith("folder")]) == 2
    settings.MEDIA_ROOT = str(tmp_path / "not here")
    assert examine() == []
