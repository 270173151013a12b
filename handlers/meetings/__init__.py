"""Oral briefings held, conferences and the year that they add up to."""
