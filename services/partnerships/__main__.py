"""`python -m services.partnerships ROLE`."""

from shared.service import main

main("partnerships")
