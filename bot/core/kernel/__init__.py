"""Values, text and errors that every room shares."""
