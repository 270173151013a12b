"""Conferences, their points, and what hangs on them."""
