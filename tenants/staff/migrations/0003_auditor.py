"""The role of auditors. No statement: roles are texts, the choices are the application's."""

import django.contrib.postgres.fields
from django.db import migrations, models

ROLES = [("administrator", "Administration"), ("editor", "Redaktion"), ("auditor", "Revision")]


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_mail_choices")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=ROLES, max_length=20), default=list, size=None
            ),
        )
        for model in ("staffaccount", "invitation")
    ]
