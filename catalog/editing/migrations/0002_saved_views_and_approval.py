"""Lists that editors keep under a name; the day on which a draft was approved."""

from __future__ import annotations

from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    dependencies = [("editing", "0001_initial"), ("services", "0007_approval")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("region_slug", models.SlugField(max_length=40)),
                ("owner_id", models.UUIDField()),
                ("area", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("is_shared", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner_id", "area", "name"), name="editing_savedview_one_per_name")
                ],
            },
        ),
        migrations.AddField(model_name="draft", name="approved_on", field=models.DateField(blank=True, null=True)),
    ]
