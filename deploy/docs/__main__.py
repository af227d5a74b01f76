"""`python -m deploy.docs` writes every document that is generated."""

from deploy.docs.facts import PAGE, catalogue

if __name__ == "__main__":
    PAGE.write_text(catalogue(), encoding="utf-8")
