from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="staffaccount",
            name="language",
            field=models.CharField(db_default="de", default="de", max_length=10),
        ),
        migrations.AddField(
            model_name="staffaccount",
            name="wants_reminders",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
