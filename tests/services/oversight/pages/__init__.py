"""Pages of oversight, pure and over HTTP."""
