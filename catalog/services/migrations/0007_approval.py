"""When a service was last approved as right in substance, and by whom."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0006_responsible_online_services")]

    operations = [
        migrations.AddField(model_name="service", name="approved_at", field=models.DateField(blank=True, null=True)),
        migrations.AddField(
            model_name="service",
            name="approved_by",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
    ]
