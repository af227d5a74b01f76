"""Faults under load, and a checker that compares what was acknowledged, stored, published, heard and projected."""
