"""What came in, forms half filled in, screens that move."""
