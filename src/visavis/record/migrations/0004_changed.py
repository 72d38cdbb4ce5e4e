# What has changed is called so. Places on lists are the press's own.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('press', '0001_initial'),
        ('record', '0003_drafts'),
    ]

    operations = [
        migrations.DeleteModel(
            name='Place',
        ),
        migrations.RenameModel(
            old_name='Touched',
            new_name='Changed',
        ),
    ]
