from django.db import migrations, models

_ORDER = ("federation", "state", "region", "district")


def note_homes(apps, _schema_editor):
    """A service began where its first published title stands; those without one keep null until they are published."""
    service_model, version_model = apps.get_model("services", "Service"), apps.get_model("services", "ServiceVersion")
    oldest = version_model.objects.order_by("service_id", "number").distinct("service_id")
    rows = dict(oldest.values_list("service_id", "rows"))
    changed = []
    for service in service_model.objects.filter(home_layer__isnull=True, published_at__isnull=False).iterator():
        titles = [
            (row["layer"], row["area"])
            for row in rows.get(service.id, ())
            if row["field"] == "title" and row["layer"] in _ORDER
        ]
        best = min(titles, key=lambda one: (_ORDER.index(one[0]), len(one[1])), default=("federation", ""))
        service.home_layer, service.home_area = best
        changed.append(service)
    service_model.objects.bulk_update(changed, ["home_layer", "home_area"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0004_addresses_and_situations"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="home_layer",
            field=models.CharField(blank=True, max_length=12, null=True),
        ),
        migrations.AddField(
            model_name="service",
            name="home_area",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.RunPython(note_homes, migrations.RunPython.noop),
    ]
