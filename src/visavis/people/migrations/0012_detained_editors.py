"""What editors wish for a detention, their codes on paper, and the boxes of an account that is locked."""

from django.db import migrations, models

import visavis.people.models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_wishes")]

    operations = [
        migrations.AddField("account", "choice", models.TextField(default="")),
        migrations.AddField("account", "for_desk", models.TextField(default="")),
        migrations.AddField("account", "notice", models.BinaryField(default=b"")),
        migrations.AddField("account", "shelved", models.TextField(default="")),
        migrations.AddField(
            "account",
            "paper_tag",
            models.CharField(default=visavis.people.models.drawn, max_length=64),
        ),
        migrations.RunSQL("UPDATE people_account SET paper_tag = id", migrations.RunSQL.noop),
        migrations.AlterField(
            "account",
            "paper_tag",
            models.CharField(default=visavis.people.models.drawn, max_length=64, unique=True),
        ),
    ]
