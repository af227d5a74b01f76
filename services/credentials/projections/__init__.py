"""Tables as functions of this service's own log, and the queries that read them. One aggregate is folded instead."""
