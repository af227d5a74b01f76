"""The message that goes with a nudge, ready to send, in the language of whoever gets it. Pure."""

from datetime import datetime, tzinfo
from urllib.parse import quote
from uuid import UUID

from services.oversight.api.whom import WaitsOn
from services.oversight.pages.saying import Saying
from services.oversight.projections.waits import Card
from shared.authority import Community
from shared.kernel import Value
from shared.pages import Language


class Message(Value, frozen=True):
    """Subject and lines; nobody's address is in it: contact data is not oversight's."""

    language: str
    subject: str
    lines: tuple[str, ...]

    @property
    def body(self) -> str:
        return "\n".join(self.lines)

    @property
    def mailto(self) -> str:
        """Opens a mail program with it (RFC 6068: lines end in CRLF); to whom, the sender says."""
        lines = "\r\n".join(self.lines)
        return f"mailto:?subject={quote(self.subject, safe='')}&body={quote(lines, safe='')}"


def message(
    language: Language, community: Community, card: Card, line: WaitsOn, base: str, now: datetime, zone: tzinfo
) -> Message:
    """What is waited for, of whom, since and until when, what it holds up, and where to act on it."""
    _, saying = language.gettext, Saying(language, community, now, zone)
    whom = saying.position(line.position) if line.position else line.partner or ""
    title = language.text(card.title) or card.key
    said = {"title": title, "key": card.key, "whom": whom, "what": saying.what(line)}
    lines = [
        _("The proposal “{title}” ({key}) waits on {whom}: {what}.", **said)
        if card.stage in ("draft", "concept")
        else _("The microcredential “{title}” ({key}) waits on {whom}: {what}.", **said),
        language.ngettext(
            "It has waited since {date}, for {n} day.", "It has waited since {date}, for {n} days.",
            max(0, (now - line.since).days), date=language.date(line.since, zone),
        ),
    ]  # fmt: skip
    if line.due is not None:
        due = {"date": language.date(line.due, zone)}
        lines.append(_("It was due on {date}.", **due) if line.overdue else _("It is due on {date}.", **due))
    if line.holds_up:
        steps = language.listed(line.holds_up)
        lines.append(
            language.ngettext(
                "The step {steps} waits behind it.", "The steps {steps} wait behind it.", len(line.holds_up),
                steps=steps,
            )
        )  # fmt: skip
    lines += [
        "",
        _("To act on it: {link}", link=f"{base}/inbox"),
        _("All about it: {link}", link=_about(base, card.subject)),
    ]
    return Message(language.tag, _("{title} waits on {whom}: {what}", **said), tuple(lines))


def _about(base: str, subject: UUID) -> str:
    return f"{base}/microcredentials/{subject}"
