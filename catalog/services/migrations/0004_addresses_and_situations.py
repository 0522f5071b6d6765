import django.db.models.deletion
import tenants.ids
from catalog.services.shortcodes import free_short_code
from django.db import migrations, models


def give_short_codes(apps, _schema_editor):
    """Every service that is there already gets its code."""
    service_model = apps.get_model("services", "Service")
    taken = set(service_model.objects.filter(short_code__isnull=False).values_list("short_code", flat=True))
    fresh = list(service_model.objects.filter(short_code__isnull=True).order_by("id"))
    for service in fresh:
        service.short_code = free_short_code(service.id, taken)
        taken.add(service.short_code)
    service_model.objects.bulk_update(fresh, ["short_code"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0003_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="short_code",
            field=models.CharField(editable=False, max_length=6, null=True),
        ),
        migrations.RunPython(give_short_codes, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(fields=("short_code",), name="service_one_per_short_code"),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("short_code__isnull", True),
                    ("short_code__regex", "^[2-9bcdfghjkmnp-tv-z]{6}$"),
                    _connector="OR",
                ),
                name="service_short_code_shape",
            ),
        ),
        migrations.CreateModel(
            name="Situation",
            fields=[
                ("slug", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("icon", models.CharField(max_length=40)),
                ("labels", models.JSONField(default=dict)),
                ("checklist", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("labels__has_key", "de")), name="situation_has_a_german_label"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SituationStep",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("note", models.JSONField(blank=True, default=dict)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="services.service",
                    ),
                ),
                (
                    "situation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="services.situation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("situation", "position"), name="situationstep_one_per_position"),
                    models.UniqueConstraint(fields=("situation", "service"), name="situationstep_once_per_service"),
                ],
            },
        ),
    ]
