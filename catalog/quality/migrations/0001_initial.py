import tenants.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CoverageDay",
            fields=[
                ("services", models.PositiveIntegerField(default=0)),
                ("adopted", models.PositiveIntegerField(default=0)),
                ("overridden", models.PositiveIntegerField(default=0)),
                ("linked", models.PositiveIntegerField(default=0)),
                ("not_offered", models.PositiveIntegerField(default=0)),
                ("online", models.PositiveIntegerField(default=0)),
                ("english", models.PositiveIntegerField(default=0)),
                ("easy", models.PositiveIntegerField(default=0)),
                ("scored", models.PositiveIntegerField(default=0)),
                ("score_total", models.PositiveIntegerField(default=0)),
                ("broken_links", models.PositiveIntegerField(default=0)),
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("day", models.DateField(unique=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServiceScore",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("service_id", models.UUIDField(unique=True)),
                ("slug", models.CharField(max_length=120)),
                ("title", models.CharField(max_length=300)),
                ("sort_key", models.CharField(max_length=200)),
                ("decision", models.CharField(max_length=12)),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("points", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=dict)),
                ("is_online", models.BooleanField(default=False)),
                ("is_english", models.BooleanField(default=False)),
                ("is_easy", models.BooleanField(default=False)),
                ("best_part", models.CharField(blank=True, max_length=20)),
                ("best_gain", models.FloatField(default=0)),
                ("links", models.JSONField(default=list)),
                ("mark", models.CharField(max_length=64)),
                ("counted_at", models.DateTimeField()),
            ],
        ),
    ]
