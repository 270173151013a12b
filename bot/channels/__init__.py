"""One file per platform, receiving and sending."""
