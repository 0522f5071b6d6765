"""Snapshots say which migrations they stand for, and hold the rows that migrations put in.

Snapshots are derived: those of the earlier shape go and are read from the template again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("provisioning", "0001_initial")]

    operations = [
        migrations.RunSQL("DELETE FROM provisioning_schemasnapshot", migrations.RunSQL.noop),
        migrations.AddField("schemasnapshot", "nodes", models.JSONField(default=list), preserve_default=False),
        migrations.AddField("schemasnapshot", "rows", models.JSONField(default=list), preserve_default=False),
    ]
