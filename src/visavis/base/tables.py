"""Has the database the tables of this version?"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def changes_to_make() -> list[str]:
    """Return the changes of tables that are still to be made, in their order; nothing is changed."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
