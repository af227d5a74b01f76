"""Somebody in front of a browser: what they do, and what the browser complains of meanwhile."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

REQUIRED = "REQUIRE_CHROMIUM"
"""Set in the environment, a machine without chromium fails the tests that need it, rather than skip them."""
NO_NETWORK = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""Without these chromium looks for hosts of its maker at every start."""
REFUSED = "Failed to load resource: the server responded with a status of 4"
PATIENCE = 10_000
"""Milliseconds until something that does not show is missed."""


@dataclass
class Visitor:
    """One browser window with its own cookies. `complaints` is what nobody should have seen by the end."""

    page: Page
    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Addresses that answered a form with a refusal, as some are meant to."""

    def listen(self) -> None:
        """Write down what leads elsewhere, errors of scripts, and what the content security policy forbids."""
        self.context.on("request", self._requested)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))

    async def sign_in(self, key: str, to: str = "/board") -> None:
        """With an API key, by the form."""
        await self.page.goto(f"/sign-in?next={to}")
        await self.page.locator("#key").fill(key)
        await self.page.locator("form[action='/sign-in']").get_by_role("button").click()
        await self.page.wait_for_url(lambda url: "/sign-in" not in url)

    async def go(self, path: str) -> None:
        """To that page, which answers 200."""
        answer = await self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    async def press_until(self, key: str, selector: str, text: str = "", most: int = 80) -> None:
        """Press that key until an element of the selector, which says that text, has the focus."""
        reached = f"document.activeElement.matches({selector!r}) && document.activeElement.innerText.includes({text!r})"
        for _ in range(most):
            await self.page.keyboard.press(key)
            if await self.page.evaluate(reached):
                return
        raise AssertionError(f"{selector} {text} was not reached with {most} times {key}")

    async def widest(self) -> int:
        """How wide the page is, in CSS pixels: wider than the window, it would have to be moved sideways."""
        return int(await self.page.evaluate("document.scrollingElement.scrollWidth"))

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and f"{address.scheme}://{address.netloc}" != self.base:
            self.complaints.append(f"asked another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith(REFUSED):
            self.refused.append(str(message.location.get("url")))
            return
        self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's chromium, without a window. A test that needs one is skipped where there is none, or fails."""
    found = shutil.which("chromium")
    if found is None:
        told = "there is no chromium on this machine (Debian: apt-get install chromium fonts-dejavu-core)"
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(told)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(NO_NETWORK), chromium_sandbox=False)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visiting(browser: Browser, base: str, **seen: Any) -> AsyncIterator[Visitor]:
    """A window of its own; `seen` is how it is set up, in playwright's words (`viewport`, `locale`, ...)."""
    context = await browser.new_context(**({"base_url": base, "locale": "en-CA"} | seen))
    context.set_default_timeout(PATIENCE)
    try:
        visitor = Visitor(await context.new_page(), context, base)
        visitor.listen()
        yield visitor
    finally:
        await context.close()
