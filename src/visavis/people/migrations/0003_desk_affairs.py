import datetime

from django.db import migrations, models

import visavis.base.fields


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_wrong_codes"),
    ]

    operations = [
        migrations.RemoveField(model_name="usedcode", name="used_on"),
        migrations.AddField(
            model_name="usedcode", name="is_older", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="account", name="leaves_on", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="invitation",
            name="counts_from",
            field=models.DateField(default=datetime.date(2026, 1, 1)),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="desksize",
            name="id",
            field=visavis.base.fields.RandomKey(
                auto_created=True,
                default=visavis.base.fields.random_key,
                primary_key=True,
                serialize=False,
                verbose_name="ID",
            ),
        ),
    ]
