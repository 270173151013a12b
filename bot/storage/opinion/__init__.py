"""Opinion reports and, apart from them, their authors."""
