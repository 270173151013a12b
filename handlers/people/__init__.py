"""Coming in, who one is, the way out."""
