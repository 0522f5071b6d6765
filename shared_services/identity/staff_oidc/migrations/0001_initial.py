import django.db.models.functions.datetime
from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="WorkLink",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("site", models.CharField(max_length=100)),
                ("tenant_id", models.UUIDField(null=True)),
                ("account_id", models.UUIDField()),
                ("person_index", models.CharField(max_length=64)),
                ("linked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "person_index"), name="worklink_one_account_per_person"),
                    models.UniqueConstraint(fields=("site", "account_id"), name="worklink_one_person_per_account"),
                ],
            },
        ),
    ]
