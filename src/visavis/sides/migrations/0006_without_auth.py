"""Django's own accounts were never used here: their empty tables go from a site that has them."""

from django.db import migrations

TABLES = ("auth_group_permissions", "auth_permission", "auth_group", "django_content_type")


class Migration(migrations.Migration):
    dependencies = [("sides", "0005_vault")]

    operations = [
        *(migrations.RunSQL(f'DROP TABLE IF EXISTS "{table}"', elidable=True) for table in TABLES),
        migrations.RunSQL(
            "DELETE FROM django_migrations WHERE app IN ('auth', 'contenttypes')", elidable=True
        ),
    ]
