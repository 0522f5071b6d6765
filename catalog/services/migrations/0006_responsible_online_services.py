from django.db import migrations, models

_COLUMNS = ("area_prefix", "role", "is_own", "is_nobody", "unit", "authority", "url")


def keep_facts(apps, _schema_editor):
    """Versions say from now on how long a service is valid and who is responsible; so far these were as of today."""
    service_model, version_model = apps.get_model("services", "Service"), apps.get_model("services", "ServiceVersion")
    responsibilities = {}
    for row in (
        apps.get_model("services", "Responsibility")
        .objects.order_by("area_prefix", "role")
        .values("service_id", *_COLUMNS)
    ):
        responsibilities.setdefault(row.pop("service_id"), []).append({**row, "online_service": None})
    dates = {row[0]: row[1:] for row in service_model.objects.values_list("id", "valid_from", "valid_to")}
    changed = []
    for version in version_model.objects.defer("rows").iterator():
        first, last = (date.isoformat() if date else None for date in dates[version.service_id])
        version.head = {
            **version.head,
            "valid_from": first,
            "valid_to": last,
            "responsibilities": responsibilities.get(version.service_id, []),
        }
        changed.append(version)
    version_model.objects.bulk_update(changed, ["head"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0005_homes"),
    ]

    operations = [
        migrations.AddField(
            model_name="responsibility",
            name="online_service",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.RunPython(keep_facts, migrations.RunPython.noop),
    ]
