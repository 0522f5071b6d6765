"""Chains, their seals and anchors. Entries stay as they are: the first run of the sealer takes them in."""

import django.db.models.functions.datetime
from django.db import migrations, models

import tenants.ids


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField(blank=True, null=True)),
                (
                    "origin",
                    models.CharField(choices=[("new", "New"), ("imported", "Imported")], default="new", max_length=12),
                ),
                ("begun_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("owner_role",),
                        name="audit_one_open_chain",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("chain_id", models.UUIDField()),
                ("owner_role", models.CharField(max_length=63)),
                ("number", models.BigIntegerField()),
                ("entry_id", models.UUIDField(unique=True)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("salt", models.BinaryField(max_length=16)),
                ("content", models.BinaryField(default=b"", max_length=32)),
                ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("chain_id", "number"), name="audit_seal_place")],
            },
        ),
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("chain_id", models.UUIDField()),
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(choices=[("first", "First"), ("day", "Day"), ("end", "End")], max_length=8),
                ),
                ("day", models.DateField()),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("count", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("chain_id", "kind", "day"), name="audit_anchor_once")],
            },
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("chain_id", models.UUIDField()),
                ("owner_role", models.CharField(max_length=63)),
                ("checked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("number", models.BigIntegerField()),
                ("fault", models.CharField(blank=True, max_length=20)),
                ("entry_id", models.UUIDField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["chain_id", "-id"], name="audit_check_newest")],
            },
        ),
    ]
