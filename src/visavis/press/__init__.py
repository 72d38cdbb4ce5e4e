"""The press: open documents → views → pages, feeds, sitemap → an edition.

Words
-----
- a **piece** is the HTML of one paragraph, mark or list, made once for each document and language;
- a **frame** is all that pages of one kind and language have in common, with holes for the pieces;
- a **shelf** is a list of items with fixed places: questions, library;
- a **window** is the newest items of a shelf, as its first page, the home page and the feeds show them.

Nothing here reads a draft, a person or a day: a page's bytes depend on its documents, on the templates
and on the settings alone. Doors: `actions.release_edition`, and `serving` for whoever reads.
"""
