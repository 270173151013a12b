"""Units, members, roles and who may do what."""
