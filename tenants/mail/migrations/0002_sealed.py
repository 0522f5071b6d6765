from django.db import migrations, models

from tenants.mail.envelopes import Envelope, seal_envelope


def seal_waiting(apps, _schema_editor):
    """Mails that wait go on waiting; what is done has nothing left to seal."""
    for mail in apps.get_model("mail", "OutgoingMail").objects.filter(state="waiting"):
        envelope = Envelope(mail.recipient, mail.subject, mail.text, mail.html, mail.unsubscribe_url)
        mail.sealed = seal_envelope(envelope, mail_id=mail.id, expires_at=mail.expires_at)
        mail.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]

    operations = [
        migrations.AddField("outgoingmail", "sealed", models.BinaryField(default=bytes)),
        migrations.RunPython(seal_waiting, migrations.RunPython.noop),
        migrations.RemoveField("outgoingmail", "recipient"),
        migrations.RemoveField("outgoingmail", "subject"),
        migrations.RemoveField("outgoingmail", "text"),
        migrations.RemoveField("outgoingmail", "html"),
        migrations.RemoveField("outgoingmail", "unsubscribe_url"),
    ]
