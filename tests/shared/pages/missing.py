"""`python -m tests.shared.pages.missing [fr]`: what pages say and is not translated, as entries of a .po file."""

import sys

from babel.messages.pofile import escape

from shared.pages import LANGUAGES
from tests.shared.pages.sentences import missing


def main() -> None:
    tag = sys.argv[1] if len(sys.argv) > 1 else list(LANGUAGES)[1]
    for said, where in missing(tag).items():
        one, many = (said, None) if isinstance(said, str) else said
        rest = 'msgstr ""' if many is None else f'msgid_plural {escape(many)}\nmsgstr[0] ""\nmsgstr[1] ""'
        sys.stdout.write(f"#: {where}\nmsgid {escape(one)}\n{rest}\n\n")


if __name__ == "__main__":
    main()
