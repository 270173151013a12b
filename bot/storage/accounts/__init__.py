"""Accounts on platforms, addresses on them, files they know."""
