"""A sign-off in words: in which form, with what authority, and what became of it. Pure."""

from services.oversight.api.picture_views import AuthorityView, DeciderView, SignedView, WhoView
from services.oversight.pages.saying import Saying
from shared.pages import N_, Language
from shared.web.page import Page

PAPER = {
    "letter": N_("By a letter of {date}, recorded on their behalf by {recorder}."),
    "e-mail": N_("By an e-mail of {date}, recorded on their behalf by {recorder}."),
    "minutes": N_("By minutes of {date}, recorded on their behalf by {recorder}."),
}
VOID = {
    "position": N_("Void: the position had ended on {moment}."),
    "holding": N_("Void: they held the position no longer since {moment}."),
    "responsibility": N_("Void: the position's responsibility had ended on {moment}."),
    "delegation": N_("Void: the delegation had ended on {moment}."),
    "key": N_("Void: their key was no longer valid since {moment}."),
    "signing-key": N_("Void: their signing key was no longer valid since {moment}."),
}


class Signed:
    """Speaks of sign-offs to the reader of one page."""

    def __init__(self, page: Page, saying: Saying) -> None:
        self._page = page
        self._saying = saying
        self._language: Language = page.language
        self._ = page.language.gettext

    def form(self, one: SignedView) -> str:
        """In this system, signed or not; or by which paper, recorded by whom, confirmed or not."""
        paper = one.recorded_on_behalf
        if paper is None:
            if one.signing_key is None:
                return self._("In this system.")
            return self._("In this system, with an electronic signature that was verified.")
        recorder = one.recorded_by or self._("a coordinator")
        said = self._(PAPER[paper.form], date=self._language.date(paper.dated), recorder=recorder)
        confirmed = (
            self._("Confirmed by its decider.") if one.confirmed else self._("Not confirmed by its decider yet.")
        )
        return f"{said} {confirmed}"

    def authority(self, of: AuthorityView, who: WhoView) -> str:
        """The seat, or the instrument with its scope; by a delegation, or standing in."""
        said = []
        if of.council is not None:
            said.append(self._("A seat of the council {council}.", council=of.council))
        if of.instrument is not None:
            said.append(self._("By {instrument}.", instrument=self._saying.instrument(of.instrument)))
        if of.scope is not None and of.scope.kind != "anything":
            said.append(self._("Within {scope}.", scope=self._saying.scope(of.scope)))
        if who.delegation is not None:
            said.append(self._("By a delegation of its holder."))
        if who.alternate is not None:
            said.append(self._("Standing in, from {position}.", position=who.alternate))
        return " ".join(said)

    def fate(self, one: SignedView) -> str:
        """Whether it counts, and if not, since when and why."""
        fate = one.fate
        date = self._page.date(fate.at)
        match fate.kind:
            case "lapsed":
                fields = self._language.listed([self._(field) for field in fate.fields])
                return self._("Lapsed on {date}: {by} changed {fields}.", date=date, by=fate.changed_by, fields=fields)
            case "void":
                return self._(VOID[fate.revoked or "position"], moment=self._page.moment(fate.effective))
            case "disputed":
                return self._("Disputed on {date} by whoever was said to have decided it.", date=date)
            case "replaced":
                return self._("Replaced on {date} by another decision of theirs.", date=date)
            case "over":
                return self._("Its round was over on {date}.", date=date)
            case _:
                return self._("Stands.")

    def decider(self, rule: DeciderView) -> str:
        """Who is to decide a step."""
        match rule.kind:
            case "owner":
                return self._("The owner of this matter at {partner} decides.", partner=rule.partners[0])
            case "each":
                partners = self._language.listed(rule.partners)
                return self._("The owners of this matter at {partners} decide, each of them.", partners=partners)
            case _:
                return self._quorum(rule)

    def _quorum(self, rule: DeciderView) -> str:
        if rule.size is None:
            return self._("The council {council} decides, by its quorum.", council=rule.council)
        counted = {"council": rule.council, "size": rule.size, "seats": len(rule.seats)}
        if rule.distinct_partners:
            said = self._("The council {council} decides: {size} different partners of its {seats} seats.", **counted)
        else:
            said = self._("The council {council} decides: {size} voices of its {seats} seats.", **counted)
        more = [self._("Among them {position}.", position=position) for position in rule.required_seats]
        more += [self._("Among them somebody from the sector {sector}.", sector=sector) for sector in rule.sectors]
        return " ".join((said, *more))
