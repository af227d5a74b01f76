"""Tests of the services, each room mirrored."""
