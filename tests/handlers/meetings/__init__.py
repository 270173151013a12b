"""Oral briefings and conferences, as people meet them."""
