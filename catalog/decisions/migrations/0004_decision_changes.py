import tenants.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0003_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="adoption",
            name="is_preset",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="DecisionChange",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("service_id", models.UUIDField()),
                ("decision", models.CharField(blank=True, max_length=12)),
                ("link_url", models.CharField(blank=True, max_length=500)),
                ("link_authority", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("alternative", models.TextField(blank=True)),
                ("pinned_version", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("decided", "entschieden"),
                            ("bulk", "gemeinsam mit anderen entschieden"),
                            ("undone", "gemeinsame Entscheidung rückgängig gemacht"),
                            ("adapted", "durch eine eigene Angabe angepasst"),
                            ("follows", "letzte eigene Angabe zurückgenommen"),
                            ("pinned", "Fassung festgehalten oder freigegeben"),
                        ],
                        max_length=12,
                    ),
                ),
                ("author", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["service_id"], name="decisionchange_by_service")],
            },
        ),
    ]
