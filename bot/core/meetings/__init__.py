"""Oral briefings held, and conferences."""
