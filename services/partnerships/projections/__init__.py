"""Tables as functions of the log, and the queries that read them. What the register answers is folded."""
