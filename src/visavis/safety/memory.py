"""Costly work takes turns: each Argon2id holds 46 MiB, so as many run at once as there are processors.

Without this a flood of sign-ins would take all memory, and the public pages with it.
"""

import os
from threading import BoundedSemaphore

turn = BoundedSemaphore(os.cpu_count() or 1)
"""Held around every Argon2id of a live page: ``with memory.turn: …``"""
