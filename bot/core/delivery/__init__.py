"""The states of a delivery, what an answer means, and how fast to send."""
