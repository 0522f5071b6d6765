import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenants.ids


def _id() -> tuple[str, models.Field]:
    field = models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False)
    return ("id", field)


def _now() -> models.DateTimeField:
    return models.DateTimeField(db_default=django.db.models.functions.datetime.Now())


class Migration(migrations.Migration):
    """Deletions on their way, changes of the identity provider, and what both need to know."""

    dependencies = [("accounts", "0002_own_data")]

    operations = [
        migrations.AddField(
            model_name="citizenaccount",
            name="region",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="linkedidentity",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="accountlink",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("register", "Konto eröffnen"),
                    ("reset", "Passwort zurücksetzen"),
                    ("new_email", "E-Mail-Adresse ändern"),
                    ("keep_email", "E-Mail-Adresse behalten"),
                    ("join", "Konten zusammenführen"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="AccountDeletion",
            fields=[
                _id(),
                ("account_id", models.UUIDField(unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("own", "von der Person gelöscht"),
                            ("unused", "zwei Jahre nicht benutzt"),
                            ("joined", "in ein anderes Konto übernommen"),
                            ("unlinked", "Verknüpfung getrennt"),
                        ],
                        max_length=10,
                    ),
                ),
                ("requested_at", _now()),
                ("sealed", models.BinaryField()),
                ("is_out_of_keycloak", models.BooleanField(default=False)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="ProviderChange",
            fields=[
                _id(),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="provider_change",
                        to="accounts.citizenaccount",
                    ),
                ),
                ("provider", models.CharField(max_length=40)),
                ("successor", models.CharField(max_length=40)),
                ("agreed_at", _now()),
                ("expires_at", models.DateTimeField()),
            ],
        ),
    ]
