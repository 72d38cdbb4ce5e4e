"""The tools with which rooms make the public pages of their items.

Words
-----
- a **piece** is the HTML of one paragraph, mark or list, made once for each document and language;
- a **frame** is all that pages of one kind and language have in common, with holes for the pieces;
- a **voice** is the site as it speaks on one page: its names and its links, in that page's language.

Nothing here knows a kind of document, reads a table or asks for the day. Doors: `site`, `making`,
`addresses`, `frame`, `assets`.
"""
