# The page of each place is kept: it is drawn from now on. Places that were given stay on the page where they were.

from django.db import migrations, models

AS_IT_WAS = "UPDATE press_place SET page = number / 20 + 1"


class Migration(migrations.Migration):

    dependencies = [
        ('press', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='place',
            name='page',
            field=models.PositiveIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.RunSQL(AS_IT_WAS, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['list', 'page'], name='places_of_a_page'),
        ),
    ]
