"""Opinion reports: what must not be in them, and what may be shown of them."""
