"""The broker's configuration, written from `shared/messaging/permissions.py`: for the embedded stack, and as files."""
