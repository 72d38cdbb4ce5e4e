"""Votes in, opinion map out: what the sides agree on, who votes alike, and how surely.

Pure Python on numpy and scipy, without Django: a library, and `visavis opinion` on the command line.

Words: a **vote** is agree, disagree or pass, and unseen is none of them; a **side** is declared, or found
in the votes and then marked so; a **group** is people who vote alike, whatever their side; **common
ground** of a statement is what the agreement of the side that agrees least surely exceeds.

Doors: `read.votes_in` (files to votes), `Votes.from_arrays`, `opinion_map` (votes to a map),
`suppress` (a map to what may be shown), `result` (what is in a map).
"""
