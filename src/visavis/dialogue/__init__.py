"""One question, one author from each side.

Words: a *question* is written in every language of the site and has one *seat* for each side. An *answer*
fills a seat; it is sealed until every seat is filled and keyed by its own desk, then all are released
together. A seat that stays unfilled is an *empty chair*, with one sentence whatever the cause.

Doors: `kinds` (what the press and the desks show); `actions`, `rules` and `bodies`, with which the demo
makes its questions.
"""
