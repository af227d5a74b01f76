"""load → decide → append. No rules here: they are in `domain`."""
