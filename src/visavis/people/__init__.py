"""Accounts: who may come in, and as little about them as that needs.

Words: an *account* belongs to one side for ever and has no name, address or password that anybody
chose; an *editor* signs in with a generated passphrase and a code from an authenticator (TOTP). An
*invitation* is a single-use code that carries side and role; once used, nothing links it to the account.

Doors: `access` (editor_required, public_desk_page), `http` (EditorRequest), `actions`, `queries`,
`credentials`, `steps`, and the session store, middleware and `places` that the settings name.
"""
