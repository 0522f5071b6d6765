"""Messages to the regions are sealed; what the release before has written the daily task seals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("umbrella", "0001_initial")]

    operations = [
        migrations.AddField("umbrellafeedback", "sealed", models.BinaryField(null=True)),
        migrations.AlterField("umbrellafeedback", "message", models.TextField(blank=True, null=True)),
        migrations.AlterField("umbrellafeedback", "page", models.CharField(blank=True, max_length=300, null=True)),
        migrations.AlterField("umbrellafeedback", "email", models.EmailField(blank=True, max_length=254, null=True)),
    ]
