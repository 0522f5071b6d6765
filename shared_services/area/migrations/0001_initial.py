from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AreaReference",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("account_id", models.UUIDField()),
                ("tenant_id", models.UUIDField()),
                ("kind", models.CharField(max_length=20)),
                ("thing_id", models.UUIDField()),
                ("changed_at", models.DateTimeField()),
                ("needs_attention", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account_id", "tenant_id", "kind", "thing_id"), name="areareference_one_per_thing"
                    )
                ],
            },
        ),
    ]
