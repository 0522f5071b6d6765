"""Passkeys, sealed as one list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editors", "0003_second_factor")]

    operations = [
        migrations.AddField(model_name="editoraccount", name="passkeys_sealed", field=models.BinaryField(null=True)),
    ]
