"""`python -m services.oversight ROLE`."""

from shared.service import main

main("oversight")
