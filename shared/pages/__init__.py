"""Pages: what people without an API client see. Templates, languages, and what every page has.

A page reads; its forms post to the service that decides, which answers 303 back to the page.
"""

from shared.pages.languages import LANGUAGES, N_, Catalogue, Language
from shared.pages.rendering import STATIC, Pages

__all__ = ["LANGUAGES", "N_", "STATIC", "Catalogue", "Language", "Pages"]
