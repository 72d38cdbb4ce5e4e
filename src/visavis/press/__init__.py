"""The press: open documents → views → pages, feeds, sitemap → an edition.

Words
-----
- a **list** is where items have fixed places: questions, library;
- a **window** is the newest items of a list, as its first page, the home page and the feeds show them.

The pages of an item are its kind's to make (`visavis.kinds`); lists, feeds and the edition are made here,
of every kind alike. Nothing here reads a draft, a person or a day: a page's bytes depend on its documents,
on the templates and on the settings alone. Doors: `actions`, `serving` for
readers, `remaking`, `commands`.
"""
