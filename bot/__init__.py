"""Nhịp Cầu: the engine, which knows nothing of what a message says."""
