"""Journeys: what people do, from the outside."""
