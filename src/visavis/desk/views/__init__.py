"""Pages of the desk: its home, reading, signing, closing, and the charter."""
