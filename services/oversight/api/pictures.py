"""A picture as one reader may see it: names resolved as they were then, small counts suppressed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.oversight.api.explaining import explanation
from services.oversight.api.figures import Figure, Figures
from services.oversight.api.picture_views import (
    AuthorityView,
    ConditionView,
    DeciderView,
    DecisionView,
    HappenedView,
    PictureView,
    ResponseView,
    ReviewView,
    RunView,
    SignedView,
    StepPicture,
    VersionView,
    WhoView,
    fate,
)
from services.oversight.api.whom import WaitsOn, Whom
from services.oversight.projections.agreement import Counts
from services.oversight.projections.nudges import NONE, Nudges
from services.oversight.projections.picture_values import (
    Happened,
    Picture,
    PicturedCondition,
    PicturedOffering,
    PicturedReview,
    PicturedStep,
    Response,
    SignOff,
)
from services.oversight.projections.standings import standing
from shared.authority import Community, suppressing
from shared.authority.reading import Reader
from shared.authority.suppressing import Shown
from shared.contracts.values import Acting, EachOf, Evidence, NoteRef, OwnerAt, QuorumOf, RosterOf
from shared.pages import Language


class Drawing:
    """Draws pictures for one reader, as of one moment, in one language."""

    def __init__(
        self,
        community: Community,
        log_index: int,
        reader: Reader,
        at: datetime,
        language: Language,
        *,
        is_past: bool,
        nudges: Nudges = NONE,
    ) -> None:
        self._community = community
        self._whom = Whom(community, log_index, at, nudges)
        self._reader = reader
        self._at = at
        self._language = language
        self._is_past = is_past

    def view(self, picture: Picture, figures: Figures | None) -> PictureView:
        """The picture; `figures` are those reported by now, of which it takes what had been by then."""
        waits = self._whom.waits_on(picture.subject, picture.waits)
        comments = {one.sign_off: one.comment for one in picture.sign_offs}
        reported = _reported(picture, figures)
        runs = tuple(self._run(run, reported) for run in picture.offerings)
        return PictureView(
            id=picture.subject,
            key=picture.key,
            title=picture.title,
            stage=picture.stage,
            since=picture.since,
            at=self._at,
            as_of=picture.last.index,
            is_past=self._is_past,
            proposed_by=self._who(picture.proposed_by),
            addressed_to=self._partner(picture.to) if picture.to else None,
            pathway=picture.pathway,
            pathway_version=picture.pathway_version,
            agreement=picture.agreement,
            about=picture.about,
            outline=picture.outline,
            revision=picture.revision,
            digest=picture.digest,
            responses=tuple(self._response(one) for one in picture.responses),
            decisions=tuple(
                DecisionView(one.what, self._who(one.by), one.happened.at, one.happened.index, _note(one.reason))
                for one in picture.decisions
            ),
            steps=tuple(self._step(picture, step, waits) for step in picture.steps.values()),
            conditions=tuple(self._condition(one, comments.get(one.sign_off)) for one in picture.conditions),
            offerings=runs,
            reviews=tuple(self._review(picture, one, reported) for one in picture.reviews),
            versions=tuple(
                VersionView(one.version, one.revision, one.digest, _there(one.approved), _happened(one.voided))
                for one in picture.versions
            ),
            retired=_happened(picture.retired),
            waits_on=waits,
            unreadable=picture.unreadable,
        )

    def _response(self, one: Response) -> ResponseView:
        return ResponseView(
            self._who(one.by),
            one.happened.at,
            one.happened.index,
            one.in_demand,
            one.intended_assessment_reflects_job,
            one.counts,
            self._authority(one.evidence),
            _note(one.comment),
            _note(one.contribution),
        )

    def _step(self, picture: Picture, step: PicturedStep, waits: Iterable[WaitsOn]) -> StepPicture:
        key, stands, rule = step.policy.key, standing(picture, step), self._rule(step)
        overdue = step.due is not None and step.due < self._at and step.shown in ("open", "reopened")
        return StepPicture(
            key,
            step.shown,
            _happened(step.since),
            step.policy.verb,
            step.policy.matter,
            step.policy.covers,
            step.policy.after,
            step.waiting_for,
            rule,
            stands,
            explanation(self._language, self._community, rule, stands) if stands else "",
            step.digest,
            step.due,
            overdue,
            step.policy.requires_signature,
            tuple(line for line in waits if line.step == key),
            tuple(self._signed(one) for one in picture.sign_offs if one.step == key),
        )

    def _rule(self, step: PicturedStep) -> DeciderView:
        """Who is to decide it: the round as it was opened, else the rule as planned."""
        match step.round or step.policy.rule:
            case OwnerAt(partner=partner):
                return DeciderView("owner", (self._partner(partner),))
            case EachOf(partners=partners):
                return DeciderView("each", tuple(self._partner(one) for one in partners))
            case QuorumOf(council=council):
                return DeciderView("quorum", council=self._council(council))
            case RosterOf(council=council, seats=seats, quorum=quorum):
                key = self._community.position_key
                return DeciderView(
                    "quorum",
                    tuple(dict.fromkeys(self._partner(seat.partner) for seat in seats)),
                    self._council(council),
                    quorum.size,
                    quorum.distinct_partners,
                    tuple(key(seat.position) for seat in seats),
                    tuple(key(one) for one in quorum.seats),
                    quorum.sectors,
                )

    def _signed(self, one: SignOff) -> SignedView:
        changed_by = self._community.position_key(one.fate.changed_by.position) if one.fate.changed_by else None
        recorder = one.paper.recorded_as if one.paper else None
        return SignedView(
            one.sign_off,
            one.step,
            self._who(one.by),
            one.decision,
            one.stands,
            fate(one.fate, changed_by),
            one.digest,
            one.revision,
            one.happened.at,
            one.happened.index,
            one.in_demand,
            one.assessment_reflects_job,
            _note(one.comment),
            self._authority(one.evidence),
            one.paper.form if one.paper else "in-system",
            one.paper,
            self._community.position_key(recorder) if recorder else None,
            one.confirmed,
            one.signing_key,
        )

    def _condition(self, one: PicturedCondition, comment: NoteRef | None) -> ConditionView:
        return ConditionView(
            one.condition,
            one.step,
            one.sign_off,
            self._who(one.by),
            one.due,
            one.state,
            one.set.at,
            one.set.index,
            _note(comment),
            one.answered.at if one.answered else None,
            self._who(one.answered_by) if one.answered_by else None,
        )

    def _run(self, run: PicturedOffering, reported: dict[UUID, tuple[Figure, ...]]) -> RunView:
        shown = Shown(run.learners, run.completed, suppressed=False)
        if not self._reader.delivers(run.delivered_by):
            shown = suppressing.counts(run.learners, run.completed)
        partner = self._community.partners.get(run.delivered_by)
        return RunView(
            run.offering,
            "closed" if run.closed else "open",
            run.version,
            run.starts,
            run.ends,
            self._partner(run.delivered_by),
            run.platform,
            run.jurisdiction or (partner.jurisdiction if partner else None),
            shown.learners,
            shown.completed,
            Counts(shown.learners, shown.completed).rate,
            run.pass_grade,
            shown.suppressed,
            run.agreement,
            _there(run.opened),
            _happened(run.closed),
            reported.get(run.offering, ()),
        )

    def _review(self, picture: Picture, one: PicturedReview, reported: dict[UUID, tuple[Figure, ...]]) -> ReviewView:
        own = self._reader.delivers(picture.proposed_by.partner)
        return ReviewView(
            one.review,
            self._who(one.by),
            _there(one.submitted),
            one.feedback if own else suppressing.figures(one.feedback),
            one.decision,
            _happened(one.decided),
            self._who(one.decided_by) if one.decided_by else None,
            reported.get(one.review, ()),
        )

    def _authority(self, evidence: Evidence) -> AuthorityView:
        return AuthorityView(
            evidence.matter,
            evidence.instrument,
            evidence.responsibility,
            evidence.scope,
            self._council(evidence.seat) if evidence.seat else None,
            evidence.on_behalf_of,
            evidence.facts,
            f"partnerships@{evidence.log_index}",
        )

    def _who(self, by: Acting) -> WhoView:
        key = self._community.position_key
        return WhoView(
            by.person,
            key(by.position),
            self._partner(by.partner),
            by.delegation,
            key(by.alternate) if by.alternate else None,
        )

    def _partner(self, partner: UUID) -> str:
        known = self._community.partners.get(partner)
        return known.key if known else str(partner)

    def _council(self, council: UUID) -> str:
        known = self._community.councils.get(council)
        return known.key if known else str(council)


def _reported(picture: Picture, figures: Figures | None) -> dict[UUID, tuple[Figure, ...]]:
    """What each offering and review had reported by then."""
    if figures is None:
        return {}
    told = {one.offering: one.closed for one in picture.offerings} | {
        one.review: one.submitted for one in picture.reviews
    }
    sources = {one.offering: one.reported for one in figures.offerings} | {
        one.review: one.reported for one in figures.reviews
    }
    return {source: found for source, found in sources.items() if told.get(source) is not None}


def _happened(happened: Happened | None) -> HappenedView | None:
    return _there(happened) if happened else None


def _there(happened: Happened) -> HappenedView:
    return HappenedView(happened.at, happened.index)


def _note(ref: NoteRef | None) -> UUID | None:
    return ref.id if ref else None
