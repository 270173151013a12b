"""Oral briefings and conferences: the rules."""
