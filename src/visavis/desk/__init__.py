"""What waits for whom, reading before signing, turning keys, closing, and the charter.

Words: to *read* is to see every language of a document with every change since the version before; a
key is *turned* here with the desk's passphrase, or brought as a signature made on another machine.

Doors: `actions` (every act of a desk), `queries` (its home, and what it may read), `reading` (a
document as it is read before signing), `rules`. Changes word by word are in `signing.differences`.
"""
