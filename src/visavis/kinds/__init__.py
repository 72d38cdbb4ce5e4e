"""What a kind of document is: one value, made by the room whose words it holds.

Words
-----
- a **kind** says everything that the rest of the program must know of a sort of document;
- a **part** is a document with its body as its kind reads it;
- what is **gathered** is all that is open for one page: its root, its parts, what nobody can read;
- a **view** is what a room makes of it for its pages; a **summary**, what lists and feeds need;
- a **list** is where items stand in a fixed order: questions, library.

Nobody outside a room asks which kind a document is: they ask the kind a question and use the answer.
Doors: `kind` (`DocumentKind`, `PublicPage`, `List`, `Kinds`), `items`, `bodies`, `acts`, `passages`,
`summary`, `cards`, `nodes`, `wording`, and `installed`, which `record`, `press`, `desk` and `project`
alone call.
"""
