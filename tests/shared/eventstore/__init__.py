"""One suite for every store, and what is PostgreSQL's alone."""
