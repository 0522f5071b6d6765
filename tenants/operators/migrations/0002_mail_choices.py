from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operators", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="operatoraccount",
            name="language",
            field=models.CharField(db_default="de", default="de", max_length=10),
        ),
    ]
