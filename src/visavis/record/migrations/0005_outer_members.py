# What is sealed, the signature that fills a seat, the shape of a draft.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0004_changed'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='document',
            name='one_answer_a_seat',
        ),
        migrations.AddField(
            model_name='document',
            name='is_sealed',
            field=models.BooleanField(default=False, help_text='Its own bytes seal it until seats are filled.'),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(condition=models.Q(('is_sealed', True), ('state', 'proposed')), fields=('subject', 'side'), name='one_answer_a_seat'),
        ),
        migrations.RemoveIndex(
            model_name='document',
            name='charters',
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('kind__in', ['charter', 'recovery'])), fields=['version'], name='charters'),
        ),
        migrations.AddField(
            model_name='signature',
            name='seat',
            field=models.CharField(blank=True, default='', help_text='Of a sealed answer: the signature that fills its seat.', max_length=128),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='draft',
            name='shape',
            field=models.CharField(blank=True, default='', help_text='The shape of the body.', max_length=25),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='draft',
            name='until',
            field=models.DateField(help_text='Until when the seats that it gives are kept.', null=True),
        ),
    ]
