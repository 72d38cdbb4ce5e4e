# A draft's body is a body of its kind; what it belongs to has a column of its own.

from typing import Any

from django.db import migrations, models

INSIDE = ("question", "answer", "text", "translation")


def unpack(apps: Any, _schema_editor: Any) -> None:
    """Take each body out of the shape that its room had put around it."""
    for draft in apps.get_model("record", "Draft").objects.exclude(kind="charter"):
        around = draft.body
        inside = "answer" if draft.kind == "answer" else next(
            (name for name in INSIDE if name in around), None
        )
        if inside is None:
            continue
        if draft.kind == "answer":
            draft.of = around.get("question") or ""
        else:
            draft.of = around.get("of") or around.get("changes") or ""
            draft.has_words_of = bool(draft.of)
        draft.body = around[inside]
        draft.save()


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0002_signatures'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='of',
            field=models.CharField(blank=True, default='', help_text='The item that it answers, translates or changes.', max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='draft',
            name='has_words_of',
            field=models.BooleanField(default=False, help_text='Words of that item are in it: when they are destroyed, the draft goes too.'),
        ),
        migrations.RunPython(unpack, migrations.RunPython.noop),
    ]
