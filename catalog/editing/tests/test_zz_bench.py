import random
import time
from dataclasses import replace

from django.utils import timezone

from catalog.editing import matrix as m
from catalog.editing import matrix_views as v
from catalog.editing import matrix_export as x
from catalog.editing.tests.cast import sign_in_editor
from catalog.search.models import DecisionProjection
from catalog.services.models import LayerValue, Service
from tenants.context import TenantRef, as_migration
from tenants.ids import uuid7


def test_bench(visit, monkeypatch, db):
    client = sign_in_editor(visit, "emscher-lippe")
    real = m.list_region_towns("emscher-lippe")
    towns = []
    for n in range(1000):
        one = real[n % len(real)]
        towns.append(replace(one, ref=TenantRef(uuid7(), f"t{n}", f"t_t{n}", f"x_t{n}"), name=f"{one.name} {n}"))
    fake = lambda region, kind="": [t for t in towns if not kind or t.kind == kind]
    monkeypatch.setattr(m, "list_region_towns", fake); monkeypatch.setattr(v, "list_region_towns", fake); monkeypatch.setattr(x, "list_region_towns", fake)
    with as_migration():
        have = list(Service.objects.filter(state="published"))
        more = []
        for n in range(500 - len(have)):
            src = have[n % len(have)]
            more.append(Service(slug=f"s-{n}", layer=src.layer, area=src.area, category_codes=src.category_codes, state="published", published_at=timezone.now()))
        Service.objects.bulk_create(more)
        LayerValue.objects.bulk_create(LayerValue(service=s, layer="federation", field="title", language="de", value=f"Leistung Nummer {n}", changed_at=timezone.now()) for n, s in enumerate(more))
        ids = [s.id for s in have + more]
        rnd = random.Random(1)
        DecisionProjection.objects.bulk_create(
            [DecisionProjection(owner_role=t.ref.role, tenant_id=t.id, service_id=s, decision=rnd.choice(["override", "override", "adopt", "link", "not_offered"]),
                own_fields=[{"field": "fee", "language": ""}], event_id=uuid7())
             for t in towns for s in rnd.sample(ids, 25)], batch_size=5000)
    from django.db import connection
    with as_migration(), connection.cursor() as c: c.execute("ANALYZE search_decisionprojection")
    for path in ("/redaktion/matrix/", "/redaktion/matrix/?seite=5&spalten=20", "/redaktion/matrix/?nur=abweichend", "/redaktion/matrix/?entscheidung=override&art=town"):
        took = []
        for _ in range(7):
            t = time.process_time(); a = client.get(path); took.append((time.process_time() - t) * 1000)
            assert a.status_code == 200
        print(path, [round(x) for x in sorted(took)], len(a.content))
    t = time.perf_counter(); a = client.get("/redaktion/matrix/csv/"); print("csv", round((time.perf_counter() - t) * 1000), len(a.content))
    import cProfile
    import pstats
    p = cProfile.Profile(); p.enable(); client.get("/redaktion/matrix/"); p.disable()
    pstats.Stats(p).sort_stats("cumulative").print_stats(45)
