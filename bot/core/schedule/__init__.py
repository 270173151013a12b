"""When something falls due, and times as people type them."""
