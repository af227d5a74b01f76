"""Keys, scopes, who asks, and notes: who may come in, and what is kept from those who may not read."""
