"""HTTP as channels need it: bounded in time, and never raising what a platform answers."""
