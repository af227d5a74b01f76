"""Who may decide what."""
