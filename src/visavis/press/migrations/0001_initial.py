# Places on lists, each with its list: those that the engine kept come along.

from django.db import migrations, models

HERE = """
INSERT INTO press_place (list, item, number)
SELECT shelf, subject, number FROM record_place ORDER BY shelf, number
"""
BACK = """
INSERT INTO record_place (subject, shelf, number)
SELECT item, list, number FROM press_place WHERE id IN (SELECT MIN(id) FROM press_place GROUP BY item)
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('record', '0002_signatures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=20)),
                ('item', models.CharField(max_length=32)),
                ('number', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('list', 'item'), name='one_place_a_list'), models.UniqueConstraint(fields=('list', 'number'), name='one_item_a_place')],
            },
        ),
        migrations.RunSQL(HERE, BACK),
    ]
