"""Papers made from what the system knows."""
