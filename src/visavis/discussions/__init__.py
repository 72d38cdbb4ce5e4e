"""Discussions between people of all sides: what writers are asked, and what they say to one another.

A discussion is opened by every side; each contribution by its author's own side. Contributions are shown
vis-à-vis, each in its side's column, an answer beside what it answers.
"""
