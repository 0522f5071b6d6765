import tenants.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RegionCoverage",
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
                ("region", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("towns", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("region", "day"), name="regioncoverage_one_per_day")],
            },
        ),
        migrations.CreateModel(
            name="TownCoverage",
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
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField()),
                ("day", models.DateField()),
                ("tenant_generation", models.BigIntegerField(default=0)),
                ("catalogue_generation", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField()),
                ("event_id", models.UUIDField()),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="towncoverage_day")],
                "constraints": [models.UniqueConstraint(fields=("tenant_id", "day"), name="towncoverage_one_per_day")],
            },
        ),
    ]
