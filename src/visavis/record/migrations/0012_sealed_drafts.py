# A draft's words lie in a box for its own desk; what was written over stays for a week.

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import visavis.base.fields
from visavis.record.draft_boxes import Words, as_bytes


def into_bytes(apps: Any, _schema_editor: Any) -> None:
    """Keep the words of each draft in the clear, until its desk writes it again: nobody is here to seal."""
    for draft in apps.get_model("record", "Draft").objects.all():
        draft.body = as_bytes(Words(draft.kind, draft.shape, draft.in_the_clear, draft.until))
        draft.save()


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0009_line'),
    ]

    operations = [
        migrations.RenameField(model_name='draft', old_name='body', new_name='in_the_clear'),
        migrations.AddField(
            model_name='draft',
            name='body',
            field=models.BinaryField(default=b''),
            preserve_default=False,
        ),
        migrations.RunPython(into_bytes, migrations.RunPython.noop),
        migrations.RemoveField(model_name='draft', name='in_the_clear'),
        migrations.RemoveField(model_name='draft', name='shape'),
        migrations.RemoveField(model_name='draft', name='until'),
        migrations.CreateModel(
            name='DraftState',
            fields=[
                ('id', visavis.base.fields.RandomKey(auto_created=True, default=visavis.base.fields.random_key, primary_key=True, serialize=False, verbose_name='ID')),
                ('box', models.BinaryField()),
                ('made_on', models.DateField(help_text='The day on which it was written over.')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='states', to='record.draft')),
            ],
        ),
    ]
