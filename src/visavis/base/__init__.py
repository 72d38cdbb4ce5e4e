"""What at least three rooms use: refusals, what is missing, answers after an act, safe text, page pieces, the
`--data` option.

Doors: `refusal`, `missing`, `answering`, `text`, `data`, `options`, `languages`,
`templating`, and the page pieces in `templates/base`.
"""
