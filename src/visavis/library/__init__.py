"""Articles and letters: an original, its translations beside it paragraph by paragraph, and honest cuts.

Words: a *text* is an article or a letter; a *version* is its words in one language; a *unit* is a
paragraph, heading, quotation or item; a *row* says which units stand beside which; a *cut* is a struck
span; *lineage* is what happened to a text, derived from data alone.

Doors: `kinds` (what the press and the desks show), `commands` (`visavis import text`); `actions`, `queries`,
`bodies`, `drafting` and `striking`, with which the demo makes its texts.
"""
