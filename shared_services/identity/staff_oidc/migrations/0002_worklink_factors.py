import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff_oidc", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="worklink",
            name="factors",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), null=True, size=None
            ),
        ),
    ]
