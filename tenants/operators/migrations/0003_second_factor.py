import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    dependencies = [("operators", "0002_mail_choices")]

    operations = [
        migrations.AddField(model_name="operatoraccount", name="factor_sealed", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="operatoraccount", name="factor_since", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="operatoraccount",
            name="factor_last_step",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="operatoraccount",
            name="recovery_hashes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), null=True, size=None
            ),
        ),
        migrations.CreateModel(
            name="OperatorInvitation",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="operators.operatoraccount",
                    ),
                ),
            ],
        ),
    ]
