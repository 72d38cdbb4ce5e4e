"""What may be kept, and how: generated passphrases, sealing, retention, and logs that say nothing.

Words: a *secret* is text that its holder alone may read; its repr hides it. A *class* says whom a column
concerns, a *lifetime* when it goes. This room reads the app registry and imports no other room's tables.

Doors: `secret`, `passphrases`, `codes`, `sealing`, `memory`, `budgets`, `logs`, `housekeeping`,
`uploads`. `retention` has its rules in `schema.toml`.
"""
