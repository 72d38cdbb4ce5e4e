"""A pause: what its document says, and the calm-weather statement that is the home page meanwhile.

What a pause holds, and until when, is the engine's affair (`visavis.record.pausing`). Keys are turned at
the desk.
"""
