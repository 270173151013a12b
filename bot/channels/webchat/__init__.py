"""The local chat: a messenger on this machine."""
