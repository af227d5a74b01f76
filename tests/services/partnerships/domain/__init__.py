"""Decisions of partnerships: given facts, when asked, then facts or a refusal."""
