"""Contributions, from being handed in to the pages that readers are given, and gone again."""
