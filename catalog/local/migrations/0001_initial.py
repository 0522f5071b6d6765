import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LocalService",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("slug", models.CharField(max_length=80)),
                (
                    "category_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                (
                    "target_groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Entwurf"),
                            ("published", "veröffentlicht"),
                            ("archived", "archiviert"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("prominence", models.PositiveSmallIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("successor_id", models.UUIDField(blank=True, null=True)),
                ("copied_from", models.UUIDField(blank=True, null=True)),
                ("created_by", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("slug",), name="localservice_one_per_slug")],
            },
        ),
        migrations.CreateModel(
            name="LocalValue",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("field", models.CharField(max_length=30)),
                ("language", models.CharField(blank=True, max_length=16)),
                ("value", models.JSONField()),
                ("author", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="local.localservice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("service", "field", "language"), name="localvalue_one_per_field")
                ],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("service_id", models.UUIDField()),
                ("field", models.CharField(blank=True, max_length=30)),
                ("language", models.CharField(blank=True, max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("target_layer", models.CharField(max_length=12)),
                ("target_area", models.CharField(blank=True, max_length=40)),
                ("payload", models.JSONField()),
                ("note", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "wartet auf die Redaktion"),
                            ("in_review", "wird geprüft"),
                            ("withdrawn", "zurückgezogen"),
                            ("declined", "abgelehnt"),
                            ("published", "veröffentlicht"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("outcome", models.CharField(blank=True, max_length=10)),
                ("result_service_id", models.UUIDField(blank=True, null=True)),
                ("offered_by", models.CharField(blank=True, max_length=200)),
                ("offered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["offered", "in_review"])),
                        fields=("service_id", "field", "language"),
                        name="contribution_one_open_each",
                    )
                ],
            },
        ),
    ]
