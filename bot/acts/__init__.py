"""What people do: one function an act, called by every door (chat, command line, page, clock).

An act checks the right and the limits, writes, notes itself in the audit log and puts notices to whom it
concerns in the outbox, all in the caller's transaction. It answers a value, or a `Refusal` with a key of the
catalogue; only bugs and a store that fails raise. Its name, `module.function`, is its entry in
`core.people.permissions` and its verb in the audit log.
"""
