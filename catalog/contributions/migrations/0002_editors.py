from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contributions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboxentry",
            name="editors",
            field=models.JSONField(db_default=[], default=list),
        ),
    ]
