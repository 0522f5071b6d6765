"""Second factor, offices, absence; the visits of the IT provider. The new roles are no statement: roles are texts."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import tenants.ids

ROLES = [
    ("administrator", "Administration"),
    ("editor", "Redaktion"),
    ("translator", "Übersetzung"),
    ("clerk", "Sachbearbeitung"),
    ("cashier", "Kasse"),
    ("auditor", "Revision"),
]


def _roles(model):
    return migrations.AlterField(
        model_name=model,
        name="roles",
        field=django.contrib.postgres.fields.ArrayField(
            base_field=models.CharField(choices=ROLES, max_length=20), default=list, size=None
        ),
    )


def _offices(model):
    return migrations.AddField(
        model_name=model,
        name="offices",
        field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
    )


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_auditor")]

    operations = [
        _roles("staffaccount"),
        _roles("invitation"),
        _offices("staffaccount"),
        _offices("invitation"),
        migrations.AddField(model_name="staffaccount", name="factor_sealed", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="staffaccount", name="factor_since", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="staffaccount",
            name="factor_last_step",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="staffaccount",
            name="recovery_hashes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), null=True, size=None
            ),
        ),
        migrations.AddField(model_name="staffaccount", name="absent_from", field=models.DateField(null=True)),
        migrations.AddField(model_name="staffaccount", name="absent_until", field=models.DateField(null=True)),
        migrations.AddField(model_name="staffaccount", name="deputy", field=models.UUIDField(null=True)),
        migrations.CreateModel(
            name="SupportAccess",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("operator_id", models.UUIDField()),
                ("operator_name", models.CharField(max_length=200)),
                ("account_id", models.UUIDField()),
                ("account_name", models.CharField(max_length=200)),
                ("reason", models.CharField(max_length=500)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("approved_at", models.DateTimeField(null=True)),
                ("approved_by", models.CharField(blank=True, max_length=200)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="SupportRules",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("only", models.BooleanField(default=True, editable=False, unique=True)),
                ("needs_approval", models.BooleanField(default=False)),
                ("changed_by", models.CharField(blank=True, max_length=200)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("only", True)), name="supportrules_exactly_one")
                ],
            },
        ),
    ]
