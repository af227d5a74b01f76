"""`python -m tests.browser.pictures`: the pictures of the documents, taken anew of the pages with the real cases."""

import argparse
import asyncio
import sys
from pathlib import Path

import uvloop
from msgspec import Struct
from playwright.async_api import Browser

from deploy.local.client import Client, Who
from deploy.local.processes import run
from shared.observability import configure
from tests.browser.stand import Stand, standing
from tests.browser.visiting import chromium, visiting
from tests.support.servers import CHECKOUT, HostProcess, reach

FOLDER = CHECKOUT / "docs" / "pictures"


PROPOSAL = {
    "key": "plant-safety",
    "outline": {
        "title": {"en": "Plant safety", "fr": "Sécurité en usine"},
        "need": {"en": "stated by employers", "fr": "exprimé par les employeurs"},
        "outcomes": [{"en": "Work safely on a plant floor", "fr": "Travailler en sécurité dans une usine"}],
        "job_functions": [{"en": "plant operator", "fr": "opérateur d’usine"}],
        "assessment": {"en": "demonstration on the floor", "fr": "démonstration dans l’usine"},
        "hours": 20,
    },
}


class Picture(Struct, frozen=True):
    """One page as somebody sees it, in a window of that size."""

    name: str
    address: str
    who: str = "coordinator"
    width: int = 1280
    height: int = 760
    locale: str = "en-CA"


PICTURES = (
    Picture("board", "/board"),
    Picture("board-fr", "/board", locale="fr-CA"),
    Picture("inbox", "/inbox", "industry-1/senior-member", height=900),
    Picture("microcredential", "/microcredentials/{microcredential}", height=1100),
    Picture("microcredential-phone", "/microcredentials/{microcredential}", width=360, height=900),
    Picture("who", "/who?partner=cican&matter=funding", height=900),
)


async def something_waits(stand: Stand) -> None:
    """The cases are played to their end: one more proposal is submitted, so that board and inbox have what waits."""
    async with Client.of(stand.url) as client:
        lead = Who(stand.key_of("nscc/program-lead"), "nscc/program-lead")
        drafted = await client.write("/intake/v1/proposals", lead, "picture-draft", PROPOSAL)
        [fact] = drafted.facts
        asked = "/partnerships/v1/who-decides?matter=proposal-acceptance&partner=cican"
        to = {"to": (await client.read(asked, lead)).body["partner"]}
        done = await client.write(f"/intake/v1/proposals/{fact['proposal']}/submit", lead, "picture-submit", to)
        assert done.accepted, done.body


async def take(browser: Browser, stand: Stand, picture: Picture, folder: Path) -> None:
    """Into `folder`, as PNG; what is in sight without scrolling."""
    size = {"width": picture.width, "height": picture.height}
    async with visiting(browser, stand.url, viewport=size, locale=picture.locale, reduced_motion="reduce") as visitor:
        await visitor.sign_in(stand.key_of(picture.who))
        await visitor.go(picture.address.format(microcredential=stand.microcredential()))
        if picture.name == "inbox":
            await visitor.page.get_by_role("link", name="Plant safety").click()
            await visitor.page.wait_for_url("**/inbox?item=*")
            await visitor.page.evaluate("scrollTo(0, 0)")
        await visitor.page.screenshot(path=folder / f"{picture.name}.png", animations="disabled", caret="hide")


async def _pictures(host: HostProcess, names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    async with chromium() as browser, standing(reach(host.folder)) as stand:
        await something_waits(stand)
        for picture in PICTURES:
            if not names or picture.name in names:
                await take(browser, stand, picture, FOLDER)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("name", nargs="*", help="only these: " + ", ".join(one.name for one in PICTURES))
    names = parser.parse_args(arguments).name
    configure("warning", sys.stderr)
    host = HostProcess()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_pictures(host, names))
    finally:
        host.stop()
    return 0


if __name__ == "__main__":
    run(main)
