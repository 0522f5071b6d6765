import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editors", "0002_mail_choices")]

    operations = [
        migrations.AddField(model_name="editoraccount", name="factor_sealed", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="editoraccount", name="factor_since", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="editoraccount",
            name="factor_last_step",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="editoraccount",
            name="recovery_hashes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), null=True, size=None
            ),
        ),
    ]
