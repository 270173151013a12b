"""Reports of what people say, and their sums."""
