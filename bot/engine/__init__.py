"""The loops between the store and the channels."""
