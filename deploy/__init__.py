"""How Consortia is run: `local` is the embedded stack for one machine; the other folders hold files, not code."""
