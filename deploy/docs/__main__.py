"""`python -m deploy.docs` writes every document and every configuration that is generated."""

from deploy.docs import asyncapi, examples, facts
from deploy.nats.files import files

if __name__ == "__main__":
    facts.PAGE.write_text(facts.catalogue(), encoding="utf-8")
    examples.FILE.write_bytes(examples.lines())
    asyncapi.PAGE.write_text(asyncapi.page(), encoding="utf-8")
    for path, content in files().items():
        path.write_text(content, encoding="utf-8")
