"""A desk may ask for an edition at once."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("record", "0005_outer_members")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="changed",
            name="is_urgent",
            field=models.BooleanField(
                db_default=False,
                help_text="A desk asked for an edition of its own, without waiting.",
            ),
        ),
    ]
