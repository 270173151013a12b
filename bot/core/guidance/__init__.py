"""Briefings and whom they are for."""
