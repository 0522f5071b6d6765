from django.db import migrations, models
from django.utils import timezone

import tenants.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MailProblem",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(blank=True, null=True)),
                ("region", models.CharField(blank=True, max_length=40)),
                ("kind", models.CharField(max_length=60)),
                ("recipient_domain", models.CharField(max_length=253)),
                ("code", models.CharField(max_length=20)),
                ("said", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("owner_role", models.CharField(max_length=63)),
                ("tenant_id", models.UUIDField(blank=True, null=True)),
                ("region", models.CharField(blank=True, max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("recipient", models.EmailField(max_length=254)),
                ("sender_name", models.CharField(blank=True, max_length=200)),
                ("reply_to", models.EmailField(blank=True, max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("unsubscribe_url", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("refused", "Refused"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(default=timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("last_answer", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_attempt_at"],
                        name="outgoingmail_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("owner_role", "key"), name="outgoingmail_once_per_key")
                ],
            },
        ),
    ]
