"""The pages in a real browser: Debian's chromium, driven by playwright. `stand` plays the real cases to look at."""
