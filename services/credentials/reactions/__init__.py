"""A fact heard from elsewhere → an own command. Named as sentences."""
