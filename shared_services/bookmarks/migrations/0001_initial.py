import django.db.models.functions.datetime
from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("service_index", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account_id", "service_index"), name="bookmark_one_per_service")
                ],
            },
        ),
    ]
