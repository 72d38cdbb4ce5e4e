"""The two-key engine: documents, keys, charter policy, closing. Knows sides, but no accounts.

Words: a document is *proposed* by one desk, *opens* when the charter's keys are all there, and is
*closed* by one key. Nothing here records which editor acted: a key is a side's.

Doors: `actions` (every change), `queries` (what a desk may see), `public` (open documents, each one
verified again from its bytes, for the press), `rules` (every decision, pure), `around` (the rule
of the room whose document it is), `wording`, `closings` (the note that a side signs), `batches`, `commands`.
Inside: `sealed` (for whom what is not open lies sealed), `stored` (the only place where bytes are opened).
"""
