"""`python -m services.credentials ROLE`."""

from shared.service import main

main("credentials")
