"""Units, members, invitations, requests to join, the audit log."""
