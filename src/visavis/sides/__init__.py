"""The sides of the site, their languages and keys, and the hours at which editions come out.

Words: a *site* is founded once, by `visavis init`; each *side* then comes in with its *set-up code*,
makes its keys, and when all have, there is a charter to sign. No side comes above or before another:
where two are listed, `order` says which comes first.

Doors: `actions` (found_site, give_keys, open_side_key, opened_vault), `queries`, `order`, `schedule`,
`rules`, `wording`, `keyfiles`.
"""
