"""Keys, who asks, notes and digests."""
