"""A deployment to break: a server that keeps its promises, six towns, and a release with every kind of step."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, connections

from federation.demo.files import list_tenants
from federation.demo.registry import load_demo_regions
from federation.devstack.homes import remove_home
from federation.devstack.postgres import PostgresServer, start_postgres
from tenants.actors import system_actor
from tenants.context import as_migration
from tenants.databaseurl import parse_database_url
from tenants.provisioning.drift import find_drift
from tenants.provisioning.facts import Difference, Subject
from tenants.provisioning.graph import version_of
from tenants.provisioning.migrate import migrate_deployment
from tenants.provisioning.replay import replay_schema
from tenants.provisioning.requests import OnboardingRequest
from tenants.provisioning.services import onboard
from tenants.provisioning.snapshot import Snapshot
from tenants.registry.models import Tenant
from tenants.registry.sites import directory
from tenants.rollout.models import Rollout
from tenants.rollout.options import Options
from tenants.rollout.plan import Plan
from tenants.rollout.selectors import RolloutStatus, get_status
from tenants.rollout.services import plan_rollout, start_rollout
from tenants.rollout.tests.migrationfiles import installed, write_release
from tests.faults.breaking import Fault

ROOT: Final = Path(__file__).resolve().parents[2]
SYSTEM: Final = system_actor("tests")
TOWNS: Final = 6
ROWS: Final = 5
INDEX: Final = "notice_counter"
# Counting up is what a batch should not do: it would show when one is done twice.
RELEASE: Final = {
    "0100_counter": 'operations = [migrations.AddField("notice", "counter", models.IntegerField(db_default=0))]',
    "0101_poll": """
operations = [
    migrations.CreateModel("Poll", [
        ("id", models.UUIDField(primary_key=True, default=uuid7)),
        ("notice", models.ForeignKey("portal.notice", on_delete=models.CASCADE)),
    ]),
]
""",
    "0102_count": """
def count(apps, editor, after, size):
    rows = apps.get_model("portal", "Notice").objects.order_by("id")
    keys = list((rows.filter(id__gt=after) if after else rows).values_list("id", flat=True)[:size])
    rows.filter(id__in=keys).update(counter=models.F("counter") + 1)
    return str(keys[-1]) if keys else None


def count_back(apps, editor, after, size):
    rows = apps.get_model("portal", "Notice").objects.order_by("id")
    keys = list((rows.filter(id__gt=after) if after else rows).values_list("id", flat=True)[:size])
    rows.filter(id__in=keys).update(counter=models.F("counter") - 1)
    return str(keys[-1]) if keys else None
---
operations = [RunInBatches(count, reverse_batch=count_back, size=2)]
""",
    "0103_index": f"""
atomic = False
operations = [AddIndexConcurrently("notice", models.Index(fields=["counter"], name="{INDEX}"))]
""",
    "0104_source": 'operations = [migrations.AddField("notice", "source", models.TextField(null=True))]',
}
QUICK: Final = Options(lock_seconds=0.5, backoff_seconds=0.05, backoff_most_seconds=0.2)
_PASSWORD: Final = "only-for-tests"
_DATABASE: Final = "verbund_faults"


@dataclass
class Deployment:
    """What the tests break. `old` is the state that every town starts from."""

    place: Path
    server: PostgresServer
    modules: dict[str, str] = field(default_factory=dict)
    old: Snapshot | None = None
    plan: Plan | None = None
    _maker: subprocess.Popen[str] | None = None
    _children: list[int] = field(default_factory=list)

    # ------------------------------------------------------------------ the server

    def address(self) -> str:
        """Return the address of the application's login."""
        admin = parse_database_url(self.server.url())
        return str(admin.with_login(f"{settings.VERBUND_ROLE_PREFIX}_app", _PASSWORD, name=_DATABASE))

    def admin_address(self) -> str:
        """Return the address of the server's own login."""
        return self.server.url(_DATABASE)

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Run the block on this deployment's database instead of the test's usual one."""
        default = connections["default"]
        usual = dict(default.settings_dict)
        default.close()
        url = parse_database_url(self.address())
        wanted = {"NAME": url.name, "USER": url.user, "PASSWORD": url.password, "HOST": url.host, "PORT": url.port}
        default.settings_dict.update(wanted)
        directory.forget()
        try:
            yield
        finally:
            connections.close_all()
            default.settings_dict.update({name: usual[name] for name in wanted})
            directory.forget()

    def restart_server(self) -> None:
        """Start the server again after it was killed, on the same data and the same port."""
        self.server.process.wait(10)
        connections.close_all()
        port = self.server.port
        self.server = start_postgres(self.place / "postgres", log=self.place / "log", durable=True)
        assert self.server.port == port

    # ------------------------------------------------------------------ processes

    def command(self, *words: str, fault: Fault | None = None) -> int:
        """Start the command as a process of its own and return its id; with a `fault` ask `has_broken` later."""
        if fault:
            self._mark.unlink(missing_ok=True)
            fault = replace(fault, mark=str(self._mark), postmaster=self.server.process.pid)
        wish = {"words": words, "log": str(self.place / "commands.log"), "fault": asdict(fault) if fault else None}
        child = self._ask(wish)
        self._children.append(child)
        return int(child)

    def wait(self, child: int, *, seconds: float = 40.0) -> int:
        """Return how a process ended: its exit status, or the signal that ended it as a negative number."""
        status = self._ask({"wait": child, "seconds": seconds})
        assert status is not None, f"still running; see {self.told()}"
        self._children.remove(child)
        return int(status)

    def has_ended(self, child: int) -> bool:
        """Tell whether a process has ended, without collecting it."""
        stat = Path(f"/proc/{child}/stat")
        return not stat.exists() or stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"

    @property
    def _mark(self) -> Path:
        return self.place / "broken"

    def has_broken(self) -> bool:
        """Tell whether the last fault has acted: one that never does proves nothing."""
        return self._mark.exists()

    def told(self) -> str:
        """Return the end of what commands have written, for a failing test."""
        log = self.place / "commands.log"
        return log.read_text(encoding="utf-8")[-4000:] if log.exists() else ""

    def _ask(self, wish: dict[str, Any]) -> Any:
        if self._maker is None:
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.place)]),
                "VERBUND_DATABASE_URL": self.address(),
                "VERBUND_FAULT_MIGRATIONS": json.dumps(self.modules),
            }
            self._maker = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.forking"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._maker.stdin is not None
        assert self._maker.stdout is not None
        self._maker.stdin.write(f"{json.dumps(wish)}\n")
        self._maker.stdin.flush()
        return json.loads(self._maker.stdout.readline())

    # ------------------------------------------------------------------ towns

    def reset(self, *, broken: Collection[str] = (), to: Snapshot | None = None) -> None:
        """Put every town to a state (the old one), with rows; in `broken` ones the release's first statement fails."""
        assert self.old is not None
        state = to or self.old
        for child in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, 9)
            self._ask({"wait": child, "seconds": 10})
        self._children.clear()
        with as_migration():
            Rollout.objects.all().delete()
            Tenant.objects.update(schema_version=state.version, last_error="", last_error_at=None)
        for slug, schema in self.schemas().items():
            self.query(f"DROP SCHEMA {schema} CASCADE")
            replay_schema(schema, state)
            self.query(
                f"INSERT INTO {schema}.portal_notice (id, level, texts, shown_from, created_at, updated_at, updated_by)"  # noqa: S608
                f" SELECT gen_random_uuid(), 'info', '{{}}', now(), now(), now(), '' FROM generate_series(1, {ROWS})"
            )
            if slug in broken:
                self.query(f"ALTER TABLE {schema}.portal_notice ADD COLUMN counter int")

    def start(self, *, options: Options = QUICK) -> UUID:
        """Start the rollout of the release in two waves; nobody works on it yet."""
        assert self.plan is not None
        return start_rollout(actor=SYSTEM, plan=self.plan, options=options, pilots_first=False, shares=(50,))

    def schemas(self) -> dict[str, str]:
        """Return every town's schema by slug."""
        with as_migration():
            return dict(Tenant.objects.order_by("slug").values_list("slug", "schema_name"))

    def versions(self) -> dict[str, str]:
        """Return every town's version by slug, as the registry says."""
        with as_migration():
            return dict(Tenant.objects.values_list("slug", "schema_version"))

    def status(self) -> RolloutStatus:
        """Return where the rollout stands."""
        status = get_status()
        assert status is not None
        return status

    def query(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Run a statement as the owner of all schemas."""
        with as_migration(), connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return list(cursor.fetchall()) if cursor.description else []

    # ------------------------------------------------------------------ what must hold

    def check_at_target(self, slugs: Collection[str]) -> None:
        """Each of these towns is at the target, and each step was done exactly once."""
        assert self.plan is not None
        schemas = self.schemas()
        assert {slug: self.versions()[slug] for slug in slugs} == dict.fromkeys(slugs, self.plan.target)
        assert self.drift(slugs) == []
        for slug in slugs:
            counters = self.query(f"SELECT counter FROM {schemas[slug]}.portal_notice")  # noqa: S608
            assert counters == [(1,)] * ROWS, slug
        assert self.query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]

    def check_none_in_between(self, *, index: str = "unexpected") -> None:
        """Each town is at a version that the plan knows: registry, Django's records and the schema itself agree.

        An index that is not recorded yet is the one thing that may be there already, or be gone on the way back.
        """
        assert self.plan is not None
        assert self.old is not None
        known = {self.old.version, *(step.version for group in self.plan.groups for step in group.steps)}
        versions, schemas = self.versions(), self.schemas()
        for slug, schema in schemas.items():
            records = self.query(
                f"SELECT app, name FROM {schema}.django_migrations"  # noqa: S608
            )
            assert len(records) == len(set(records)), slug
            assert version_of(records) == versions[slug], slug
        assert set(versions.values()) <= known
        assert [one for one in self.drift(schemas) if (one.side, one.name) != (index, INDEX)] == []

    def drift(self, slugs: Collection[str]) -> list[Difference]:
        """Return in which facts towns differ from the version that the registry says they are at."""
        with as_migration():
            towns = list(Tenant.objects.filter(slug__in=slugs))
        return find_drift([Subject(one.schema_name, one.ref.role, one.schema_version) for one in towns])

    def close(self) -> None:
        """End everything and remove it."""
        if self._maker is not None and self._maker.stdin is not None:
            for child in self._children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, 9)
            self._maker.stdin.close()
            self._maker.wait(10)
            if self._maker.stdout is not None:
                self._maker.stdout.close()
        self.server.stop()
        remove_home(self.place / "postgres")


def make_deployment(place: Path) -> Deployment:
    """Make the server, the towns and the release, and plan its rollout once for all tests."""
    server = start_postgres(place / "postgres", log=place / "log", durable=True)
    made = Deployment(place, server)
    try:
        _prepare(made)
        with made.connected():
            made.old = migrate_deployment()
            with as_migration():
                load_demo_regions(SYSTEM)
            for row in list_tenants()[:TOWNS]:
                onboard(actor=SYSTEM, request=OnboardingRequest(row["slug"], row["ags"], row["region"], life="live"))
            made.modules = write_release(place, RELEASE)
            with installed(place, made.modules):
                migrate_deployment()
                made.plan = plan_rollout(actor=SYSTEM)
                assert made.plan.refusals == []
    except BaseException:
        made.close()
        raise
    return made


def _prepare(made: Deployment) -> None:
    words: Sequence[str] = ["database", "prepare", "--name", _DATABASE, "--role-prefix", settings.VERBUND_ROLE_PREFIX]
    environment = {
        **os.environ,
        "VERBUND_ADMIN_DATABASE_URL": made.server.url(),
        "VERBUND_APP_PASSWORD": _PASSWORD,
    }
    subprocess.run(
        [sys.executable, "-m", "federation.cli", *words],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
    # A kill takes what is in the server's memory, not what the kernel has: so commits wait for their write, as always,
    # but not for the disk, which would make every start after a crash read the whole folder.
    with psycopg.connect(made.server.url(), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")


def wait_until(happened: Any, *, seconds: float = 20.0) -> None:
    """Wait until something has happened."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
