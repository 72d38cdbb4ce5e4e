# A side's signature is called so, in code and in the tables.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0001_initial'),
    ]

    operations = [
        migrations.RenameModel(
            old_name='KeyTurned',
            new_name='Signature',
        ),
        migrations.AlterField(
            model_name='signature',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='record.document'),
        ),
    ]
