"""What the bot answers: one file a conversation. The ordered routes are in `handlers.routes`."""
