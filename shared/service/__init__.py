"""What makes a service run: its description, the platform it stands on, and the roles it is started in."""

from shared.service.description import Routes, Service
from shared.service.platform import Platform, open_platform
from shared.service.roles import main

__all__ = ["Platform", "Routes", "Service", "main", "open_platform"]
