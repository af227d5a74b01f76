"""The table of proposals, for lists, and the view of one, folded from its facts."""
