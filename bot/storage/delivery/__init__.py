"""The ledger: planning, claiming, recording, counting."""
