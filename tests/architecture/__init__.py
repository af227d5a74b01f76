"""The shape everyone lives in, checked."""
