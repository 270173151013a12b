"""Zalo Bot Platform: text and pictures to people who wrote first; no buttons, no edits, no documents."""
