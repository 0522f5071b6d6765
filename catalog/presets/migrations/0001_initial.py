import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tenants.ids

DECISIONS = [("adopt", "übernehmen"), ("link", "verlinken"), ("not_offered", "nicht anbieten")]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("services", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegionPreset",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("region_slug", models.SlugField(db_index=False, max_length=40)),
                ("category_code", models.CharField(blank=True, max_length=40)),
                ("decision", models.CharField(choices=DECISIONS, max_length=12)),
                (
                    "tenant_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("link_url", models.URLField(blank=True, max_length=500)),
                ("link_authority", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("alternative", models.TextField(blank=True)),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="services.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("service__isnull", False)),
                        fields=("service", "region_slug"),
                        name="regionpreset_per_service",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("category_code", ""), _negated=True),
                        fields=("category_code", "region_slug"),
                        name="regionpreset_per_topic",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("service__isnull", False), ("category_code", "")),
                            models.Q(("service__isnull", True), models.Q(("category_code", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="regionpreset_service_or_topic",
                    ),
                ],
            },
        ),
    ]
