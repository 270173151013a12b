"""How long a test waits, and what it holds a slow machine to.

A test waits for what must come, and goes on as soon as it is there. How soon that is, is a figure that it
prints, or a matter of the benchmarks; what bounds a time all the same allows `SLOW` times the promise.
"""

PATIENCE_S = 90.0
SLOW = 10  # how many times slower a machine may be, with all else that runs on it, than the promises suppose
