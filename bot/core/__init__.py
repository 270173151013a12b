"""The rules: pure functions and values. No await, no clock, no I/O."""
