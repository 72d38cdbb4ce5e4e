"""What participants wish for a detention, and codes on paper.

Accounts of before have no secret from which the new boxes could be made, and nothing is released: they go.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_joining"),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM people_participant", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("tag", models.CharField(max_length=64, unique=True)),
                ("box", models.TextField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField("participant", "choice", models.TextField(default=""), False),
        migrations.AddField("participant", "for_desk", models.TextField(default=""), False),
        migrations.AddField("participant", "notice", models.BinaryField(default=b""), False),
        migrations.AddField("participant", "shelved", models.TextField(default=""), False),
    ]
