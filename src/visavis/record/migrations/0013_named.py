# Which items an open document names, and below which of them it is shown.

import django.db.models.deletion
import visavis.base.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0012_sealed_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Named',
            fields=[
                ('id', visavis.base.fields.RandomKey(auto_created=True, default=visavis.base.fields.random_key, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(db_index=True, max_length=32)),
                ('is_below', models.BooleanField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='named', to='record.document')),
            ],
        ),
    ]
