"""Canonical bytes, keys, charter and verifier. Pure Python: no Django, no database, no clock.

Words: a *document* is immutable canonical bytes with a *digest*; a *signature* is one side's, over that
digest; the *charter* says whose keys open which kind. The press and `visavis verify` ask the same
functions here, so that a row in a table opens nothing.

Doors: `canonical`, `characters`, `keys`, `sealing`, `document`, `charter`, `signed`, `signatures`, `policy`,
`manifest`, `trie`, `files`, `copies`, `verify`, `problems`, `differences`, `codes`, `desk_statements`,
`commands`, `key_commands`.
"""
