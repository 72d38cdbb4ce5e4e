"""Costly work takes turns: each Argon2id holds 46 MiB and one processor, so one runs at once.

Without this a flood of sign-ins would take all memory and every processor, and the public pages with them.
"""

from threading import BoundedSemaphore

turn = BoundedSemaphore(1)
"""Held around every Argon2id of a live page: ``with memory.turn: …``"""
