"""Briefings: written, sent, read, followed."""
