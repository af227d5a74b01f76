"""Conformance: what others published about the formats we use, checked against our code."""
