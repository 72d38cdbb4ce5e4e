"""What waits for whom, reading before signing, turning keys, closing, and the charter.

Words: to *read* is to see every language of a document with every change since the version before; a
key is *turned* here with the desk's passphrase, or brought as a signature made on another machine.

Door: `kinds`, the kinds of document that no other room has. Changes word by word are in
`signing.differences`.
"""
