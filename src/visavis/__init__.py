"""Visavis: software for a joint site, one website that societies in conflict run together."""

__version__ = "0.1.0"
