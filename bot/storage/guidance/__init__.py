"""Briefings by version, broadcasts and their runs."""
