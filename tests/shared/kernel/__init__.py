"""The ideas everything is written in."""
