import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0004_is_preset"),
    ]

    operations = [
        migrations.CreateModel(
            name="LocalDocument",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField()),
                ("service_id", models.UUIDField()),
                ("language", models.CharField(max_length=8)),
                ("slug", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200)),
                ("teaser", models.TextField(blank=True)),
                ("state", models.CharField(max_length=10)),
                ("valid_from", models.DateField(blank=True, null=True)),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("prominence", models.PositiveSmallIntegerField(default=0)),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("words", models.TextField(blank=True)),
                ("event_id", models.UUIDField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="localdocument_vector"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("words", "gin_trgm_ops"), name="localdocument_words"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "service_id", "language"), name="localdocument_one_per_language"
                    )
                ],
            },
        ),
    ]
