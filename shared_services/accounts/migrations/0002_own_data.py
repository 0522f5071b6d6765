import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import tenants.ids

_ID = ("id", models.UUIDField(default=tenants.ids.uuid7, editable=False, primary_key=True, serialize=False))


def _account(related_name: str, **options: bool) -> tuple[str, models.Field]:
    return (
        "account",
        models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE,
            related_name=related_name,
            to="accounts.citizenaccount",
            **options,
        ),
    )


def _now() -> models.DateTimeField:
    return models.DateTimeField(db_default=django.db.models.functions.datetime.Now())


class Migration(migrations.Migration):
    """Household, companies, known browsers, and the choice of mails."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="citizenaccount",
            name="wants_news_mails",
            field=models.BooleanField(db_default=True, default=True),
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
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                _ID,
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", _now()),
                ("changed_at", _now()),
                ("sealed", models.BinaryField()),
                _account("household"),
            ],
        ),
        migrations.CreateModel(
            name="BusinessPerson",
            fields=[
                _ID,
                ("organisation_index", models.CharField(max_length=64, null=True)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("none", "nicht nachgewiesen"),
                            ("provider", "vom Unternehmenskonto bestätigt"),
                            ("document", "durch ein Dokument nachgewiesen"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("proved_at", models.DateTimeField(null=True)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("source", models.CharField(blank=True, max_length=40)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", _now()),
                ("changed_at", _now()),
                ("sealed", models.BinaryField()),
                _account("businesses"),
            ],
        ),
        migrations.CreateModel(
            name="KnownDevice",
            fields=[
                _ID,
                ("device_hash", models.CharField(max_length=64)),
                ("first_seen_at", _now()),
                ("last_seen_on", models.DateField(db_default=django.db.models.functions.datetime.Now())),
                _account("known_devices", db_index=False),
            ],
        ),
        migrations.AddConstraint(
            model_name="businessperson",
            constraint=models.UniqueConstraint(
                fields=("account", "organisation_index"), name="businessperson_one_per_organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="knowndevice",
            constraint=models.UniqueConstraint(fields=("account", "device_hash"), name="knowndevice_once_per_account"),
        ),
    ]
