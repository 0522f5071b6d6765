"""Passkeys, sealed as one list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_second_factor_and_support")]

    operations = [
        migrations.AddField(model_name="staffaccount", name="passkeys_sealed", field=models.BinaryField(null=True)),
    ]
