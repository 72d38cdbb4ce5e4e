# Tables of the two-key engine.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Touched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('item', models.CharField(db_index=True, max_length=32)),
                ('subject', models.CharField(max_length=32)),
                ('kind', models.CharField(max_length=20)),
                ('version', models.PositiveIntegerField()),
                ('side', models.CharField(blank=True, max_length=16)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('proposed', 'proposed'), ('open', 'open'), ('closed', 'closed'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('superseded', 'superseded')], max_length=10)),
                ('proposed_by', models.CharField(blank=True, max_length=16)),
                ('proposed_on', models.DateField()),
                ('data', models.BinaryField(help_text='Empty once it is closed for good.')),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'state'], name='subject_state'), models.Index(condition=models.Q(('state', 'proposed')), fields=['kind'], name='proposals'), models.Index(condition=models.Q(('state', 'closed')), fields=['state'], name='closed_documents'), models.Index(condition=models.Q(('state', 'open')), fields=['-proposed_on', 'digest'], name='newest_open'), models.Index(condition=models.Q(('state', 'refused')), fields=['proposed_by'], name='refused_documents'), models.Index(condition=models.Q(('kind', 'charter')), fields=['version'], name='charters')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('item',), name='one_open_version'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('item',), name='one_proposal'), models.UniqueConstraint(condition=models.Q(('kind', 'answer'), ('state', 'proposed')), fields=('subject', 'side'), name='one_answer_a_seat'), models.UniqueConstraint(condition=models.Q(('kind', 'release'), ('state', 'open')), fields=('subject',), name='one_release_note')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=32)),
                ('kind', models.CharField(max_length=20)),
                ('side', models.CharField(max_length=16)),
                ('body', models.JSONField(default=dict)),
                ('base_digest', models.CharField(blank=True, help_text='The open version it changes.', max_length=64)),
                ('made_on', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'side'), name='one_draft_a_side')],
            },
        ),
        migrations.CreateModel(
            name='MadeFrom',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(db_index=True, max_length=32)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='made_from', to='record.document')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('subject', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('shelf', models.CharField(max_length=20)),
                ('number', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shelf', 'number'), name='one_subject_a_place')],
            },
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=16)),
                ('with_item', models.CharField(blank=True, help_text='What it was made from, if it followed.', max_length=32)),
                ('note', models.BinaryField(help_text='Canonical bytes of the note; empty where it followed another.')),
                ('public_key', models.CharField(blank=True, max_length=64)),
                ('signature', models.CharField(blank=True, max_length=128)),
                ('reopens_at', models.DateTimeField(help_text='To the hour; null when it is final.', null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closings', to='record.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'side', 'with_item'), name='one_closing_a_side')],
            },
        ),
        migrations.CreateModel(
            name='KeyTurned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=16)),
                ('public_key', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=128)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='record.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'public_key'), name='a_key_counts_once')],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(max_length=16)),
                ('reason', models.CharField(choices=[('facts', 'facts'), ('translation', 'translation'), ('wording', 'wording'), ('safety', 'safety'), ('law', 'law'), ('scope', 'scope'), ('timing', 'timing')], max_length=12)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='record.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'side'), name='one_refusal_a_side')],
            },
        ),
    ]
