# An item may have a list of its own: such a list has the id of the item for a name.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('press', '0002_pages'),
    ]

    operations = [
        migrations.AlterField(
            model_name='place',
            name='item',
            field=models.CharField(db_index=True, max_length=32),
        ),
        migrations.AlterField(
            model_name='place',
            name='list',
            field=models.CharField(help_text="A list's name, or the id of the item that has it.", max_length=32),
        ),
    ]
