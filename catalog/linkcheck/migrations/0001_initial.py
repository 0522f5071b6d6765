import tenants.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CheckedLink",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=2000)),
                ("host", models.CharField(max_length=253)),
                ("is_ok", models.BooleanField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=20)),
                ("final_url", models.CharField(blank=True, max_length=2000)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="checkedlink_due")],
                "constraints": [models.UniqueConstraint(fields=("url",), name="checkedlink_one_per_address")],
            },
        ),
        migrations.CreateModel(
            name="LinkPlace",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("url", models.CharField(max_length=2000)),
                ("service_id", models.UUIDField()),
                ("layer", models.CharField(max_length=12)),
                ("area", models.CharField(blank=True, max_length=40)),
                ("field", models.CharField(max_length=30)),
                ("language", models.CharField(blank=True, max_length=16)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("url", "service_id", "layer", "area", "field", "language"), name="linkplace_once"
                    )
                ],
            },
        ),
    ]
