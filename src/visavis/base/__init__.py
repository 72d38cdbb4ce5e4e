"""What at least three rooms use: refusals, safe text, page pieces, the `--data` option.

Doors: `refusal`, `text`, `data`, `options`, and the page pieces in `templates/base`.
"""
