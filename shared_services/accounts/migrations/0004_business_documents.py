import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """Documents about companies; a choice of mails that nothing read is forgotten."""

    dependencies = [("accounts", "0003_rights")]

    operations = [
        # The release before reads and writes the column: it stays, with its default, until nobody does.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="citizenaccount", name="wants_news_mails")]
        ),
        migrations.CreateModel(
            name="BusinessDocument",
            fields=[
                (
                    "business",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="document",
                        serialize=False,
                        to="accounts.businessperson",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.citizenaccount",
                    ),
                ),
                ("size_bytes", models.PositiveIntegerField()),
                ("handed_in_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sealed", models.BinaryField()),
            ],
        ),
    ]
