"""Cards: a participant's pen name, role and human cues. What a participant writes names the card.

A card is a document of one side, on no page of its own. Closing it takes pen name and cues from every
page at once; the words may stay, as those of a participant of that side.

Doors: `kinds` for the program, `public` for pages, `actions` and `queries` for the rooms above, `rules`,
`bodies`.
"""
