from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="InboxEntry",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("service", "eigene Leistung"), ("value", "Text einer Leistung")], max_length=8
                    ),
                ),
                ("service_id", models.UUIDField()),
                ("field", models.CharField(blank=True, max_length=30)),
                ("language", models.CharField(blank=True, max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("target_layer", models.CharField(max_length=12)),
                ("target_area", models.CharField(blank=True, max_length=40)),
                ("payload", models.JSONField()),
                ("note", models.TextField(blank=True)),
                ("offered_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "neu"),
                            ("in_review", "in Arbeit"),
                            ("withdrawn", "zurückgezogen"),
                            ("declined", "abgelehnt"),
                            ("published", "veröffentlicht"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("edited", models.JSONField(blank=True, null=True)),
                ("edited_by", models.CharField(blank=True, max_length=200)),
                ("edited_by_id", models.UUIDField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("reason", models.TextField(blank=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("result_service_id", models.UUIDField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["target_layer", "target_area", "-offered_at"], name="inboxentry_by_target"),
                    models.Index(
                        condition=models.Q(("decided_at__isnull", False), ("settled_at__isnull", True)),
                        fields=["decided_at"],
                        name="inboxentry_unsettled",
                    ),
                ],
            },
        ),
    ]
