from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("record", "0013_named")]

    operations = [
        migrations.AddField(
            model_name="named",
            name="opened_on",
            # No site has rows of this table yet: nobody has said what this day is.
            field=models.DateField(
                default=date(2026, 1, 1),
                help_text="The day on which the item's first version opened.",
            ),
            preserve_default=False,
        ),
    ]
