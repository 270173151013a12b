"""The local chat's own side."""
