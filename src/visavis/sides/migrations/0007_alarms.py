"""That somebody of a side is detained: for its desk, and for all desks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sides", "0006_without_auth")]

    operations = [
        migrations.AddField("side", "alarm", models.BinaryField(default=b"")),
        migrations.AddField("side", "doubt", models.BinaryField(default=b"")),
    ]
