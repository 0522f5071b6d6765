from django.db import migrations, models

from tenants.sorting import german_sort_key


def sort(apps, _schema_editor):
    """Put the services that towns have told already into German order."""
    rows = list(apps.get_model("search", "LocalDocument").objects.only("id", "title"))
    for row in rows:
        row.sort_key = german_sort_key(row.title)
    apps.get_model("search", "LocalDocument").objects.bulk_update(rows, ["sort_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0005_local_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="localdocument",
            name="sort_key",
            field=models.CharField(blank=True, db_collation="C", db_default="", max_length=200),
        ),
        migrations.RunPython(sort, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="localdocument",
            index=models.Index(fields=["language", "sort_key"], name="localdocument_alphabet"),
        ),
    ]
