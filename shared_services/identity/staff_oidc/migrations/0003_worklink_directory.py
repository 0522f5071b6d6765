from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff_oidc", "0002_worklink_factors")]

    operations = [
        migrations.AddField(
            model_name="worklink",
            name="directory",
            field=models.CharField(blank=True, db_default="", max_length=41),
        ),
    ]
