"""`python -m services.intake ROLE`."""

from shared.service import main

main("intake")
