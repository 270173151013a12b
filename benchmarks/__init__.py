"""Reproducible measurements: `python -m benchmarks` prints them as one table. See README.md."""
