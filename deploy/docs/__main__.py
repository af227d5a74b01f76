"""`python -m deploy.docs` writes every document that is generated."""

from deploy.docs import asyncapi, examples, facts

if __name__ == "__main__":
    facts.PAGE.write_text(facts.catalogue(), encoding="utf-8")
    examples.FILE.write_bytes(examples.lines())
    asyncapi.PAGE.write_text(asyncapi.page(), encoding="utf-8")
