"""Messages of visitors are sealed. The plain columns stay for the release before, and get a default to go later.

What stands in them is sealed by the daily task (`shared_services.portal.retention`) once no code reads them any more.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.AddField("feedback", "sealed", models.BinaryField(null=True)),
        migrations.AlterField("feedback", "message", models.TextField(blank=True, default="", db_default="")),
        migrations.AlterField(
            "feedback", "page", models.CharField(blank=True, default="", db_default="", max_length=300)
        ),
        migrations.AlterField(
            "feedback", "contact", models.EmailField(blank=True, default="", db_default="", max_length=254)
        ),
    ]
