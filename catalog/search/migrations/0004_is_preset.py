from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0003_own_fields"),
    ]

    operations = [
        migrations.AddField(
            model_name="decisionprojection",
            name="is_preset",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
