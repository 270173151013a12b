"""Zalo Official Account: text and files to people who wrote within seven days; its events are delivered."""
