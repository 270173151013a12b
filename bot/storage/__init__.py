"""Tables and queries, one module per aggregate. Times are UTC milliseconds."""
