from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("record", "0015_newest_of_a_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosingBox",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("closed_on", models.DateField(help_text="The day of the closing.")),
                ("box", models.BinaryField()),
            ],
        ),
    ]
