"""A picture of one microcredential from given facts: its steps, and what became of every sign-off."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.oversight.projections import picture
from services.oversight.projections.moments import moments, then
from services.oversight.projections.picture_values import Picture
from services.oversight.projections.standings import standing
from services.oversight.projections.story import in_causal_order
from shared.contracts import credentials as c
from shared.contracts.values import Party
from shared.kernel import Fact, Moment, Recorded, UnreadableFact, new_id
from tests.services.oversight.telling import Telling, digest, new_cast


def pictured(said: Telling, moment: Moment | None = None) -> Picture:
    told = then(in_causal_order(said.told), moment or Moment())
    found = picture.of(told)
    assert found is not None
    return found


def states(of: Picture) -> dict[str, str]:
    return {key: step.shown for key, step in of.steps.items()}


def fates(of: Picture) -> list[str]:
    return [one.fate.kind for one in of.sign_offs]


def at(recorded: Recorded[Any]) -> Moment:
    return Moment(log=recorded.log, index=recorded.index)


def validating(said: Telling) -> None:
    said.concept_accepted()
    said.opened()
    said.requested()
    said.step_opened("validation")


def voided(said: Telling, sign_off: Recorded[Any], *waits_on: Party) -> Recorded[Any]:
    of = sign_off.fact
    return said.say(
        f"microcredential-{said.proposal}",
        c.SignOffVoided(
            said.proposal, of.step, of.sign_off, of.by, of.decision, new_id(), "holding", sign_off.occurred_at, waits_on
        ),
    )


def test_a_step_is_waiting_then_open_then_granted_and_its_followers_wait_for_it() -> None:
    said = Telling(new_cast())
    said.concept_accepted()
    said.opened()
    assert states(pictured(said)) == {"validation": "waiting", "approval": "waiting", "a-funding": "waiting"}
    assert pictured(said).steps["approval"].waiting_for == ("validation",)
    said.requested()
    said.step_opened("validation")
    said.signed("plant/foreman", "validation", "endorse")
    said.signed("clinic/chief", "validation", "endorse")
    granted = said.granted("validation")
    now = pictured(said)
    assert (states(now)["validation"], now.steps["approval"].waiting_for) == ("granted", ())
    since = now.steps["validation"].since
    assert since is not None
    assert (since.at, since.index) == (granted.occurred_at, f"credentials@{granted.index}")


def test_a_lapse_reopens_the_step_and_the_sign_off_says_what_was_changed_by_whom() -> None:
    said = Telling(new_cast())
    whole = pictured(said.whole())
    [lapsed] = [one for one in whole.sign_offs if one.fate.kind == "lapsed"]
    assert (lapsed.fate.fields, lapsed.fate.changed_by) == (("hours",), said.cast["nscc/lead"])
    reopened = next(one for one in said.told if isinstance(one.fact, c.StepReopened))
    past = pictured(said, at(reopened))
    assert (states(past)["approval"], past.stage) == ("reopened", "sign-off")
    assert standing(past, past.steps["approval"]).have == 0  # type: ignore[union-attr]  # its round is open
    assert (states(whole)["approval"], whole.stage) == ("granted", "approved")


def test_a_void_sign_off_never_counted_and_takes_the_approval_with_it() -> None:
    said = Telling(new_cast())
    validating(said)
    said.signed("plant/foreman", "validation", "endorse")
    second = said.signed("clinic/chief", "validation", "endorse")
    said.granted("validation")
    said.approved()
    voided(said, second, Party(said.cast["clinic/chief"].partner, "industry-validation"))
    said.say(f"microcredential-{said.proposal}", c.ApprovalVoided(said.proposal, 1, ("validation",)))
    said.reopened("validation", Party(said.cast["clinic/chief"].partner, "industry-validation"))
    now = pictured(said)
    assert (states(now)["validation"], fates(now)) == ("reopened", ["standing", "void"])
    assert now.sign_offs[1].fate.revoked == "holding"
    assert now.versions[0].voided is not None
    lacks = standing(now, now.steps["validation"])
    assert lacks is not None
    assert (lacks.have, lacks.need, lacks.lacking.voices if lacks.lacking else None) == (1, 2, 1)


def test_a_refused_step_opens_anew_and_of_the_earlier_round_only_recusals_stand() -> None:
    said = Telling(new_cast())
    validating(said)
    said.signed("plant/foreman", "validation", "decline")
    said.signed("clinic/chief", "validation", "recuse")
    said.refused("validation")
    said.outline_returned("validation")
    assert (states(pictured(said))["validation"], pictured(said).stage) == ("refused", "preparation")
    said.requested()
    said.step_opened("validation")
    now = pictured(said)
    assert (states(now)["validation"], fates(now)) == ("open", ["over", "standing"])
    assert standing(now, now.steps["validation"]).others == {"recuse": 1}  # type: ignore[union-attr]  # its round is open


def test_a_step_that_is_open_waits_again_when_what_it_follows_is_reopened() -> None:
    said = Telling(new_cast())
    validating(said)
    first = said.signed("plant/foreman", "validation", "endorse")
    said.granted("validation")
    said.step_opened("approval")
    said.signed("nscc/dean", "approval", "approve")
    said.lapsed(first, Party(said.cast["plant/foreman"].partner, "industry-validation"))
    said.reopened("validation")
    now = pictured(said)
    assert states(now) == {"validation": "reopened", "approval": "waiting", "a-funding": "waiting"}
    assert now.sign_offs[1].stands


def test_a_condition_is_open_until_met_and_gone_with_its_sign_off() -> None:
    said = Telling(new_cast())
    validating(said)
    one, other = (c.Condition(said.ids[name], "grant") for name in ("one", "other"))
    said.signed("plant/foreman", "validation", "endorse-with-conditions", (one,))
    second = said.signed("clinic/chief", "validation", "endorse-with-conditions", (other,))
    before = pictured(said)
    counted = standing(before, before.steps["validation"])
    assert counted is not None
    assert (counted.have, counted.on_condition) == (0, 2)
    met = said.met("validation", one.condition, "plant/foreman")
    said.signed("clinic/chief", "validation", "endorse", replaces=second.fact.sign_off)
    now = pictured(said)
    assert [item.state for item in now.conditions] == ["met", "gone"]
    assert now.conditions[0].answered_by == said.cast["plant/foreman"]
    assert now.conditions[0].answered is not None
    assert now.conditions[0].answered.at == met.occurred_at
    assert fates(now) == ["standing", "replaced", "standing"]


def test_a_paper_is_unconfirmed_until_its_decider_says_so_and_counts_no_longer_once_disputed() -> None:
    said = Telling(new_cast())
    validating(said)
    by = said.cast["plant/foreman"]
    paper = c.Paper("letter", said.at.date(), digest("file"), 0, said.cast["nscc/lead"].person)
    evidence = said.evidence("plant/foreman", "industry-validation")
    stream = f"microcredential-{said.proposal}"
    for number in (1, 2):
        sign_off = said.ids[f"paper {number}"]
        recorded = c.SignOffRecorded(
            said.proposal, "validation", sign_off, by, "endorse", digest("validation"), 0, evidence, paper=paper
        )
        said.say(stream, recorded)
    said.say(stream, c.SignOffConfirmed(said.proposal, "validation", said.ids["paper 1"], by.person))
    party = Party(by.partner, "industry-validation")
    said.say(stream, c.SignOffDisputed(said.proposal, "validation", said.ids["paper 2"], by, "endorse", party))
    now = pictured(said)
    assert [(one.confirmed, one.fate.kind) for one in now.sign_offs] == [(True, "standing"), (False, "disputed")]


def test_stage_and_waits_are_those_of_the_board_at_every_moment() -> None:
    said = Telling(new_cast()).whole()
    told = in_causal_order(said.told)
    for one in moments(told, drafting=True):
        past = pictured(said, at(one))
        assert past.card is not None
        assert past.last.index == f"{one.log}@{one.index}"
        assert past.waits == past.card.waits
    assert pictured(said, Moment(at=said.told[0].occurred_at)).stage == "draft"


def test_offerings_and_reviews_are_as_they_were_then() -> None:
    said = Telling(new_cast()).whole()
    opened = next(one for one in said.told if isinstance(one.fact, c.OfferingOpened))
    past, now = pictured(said, at(opened)), pictured(said)
    assert (past.offerings[0].closed, past.offerings[0].completed, past.reviews) == (None, None, ())
    assert (now.offerings[0].completed, now.reviews[0].decision, now.conditions[0].state) == (32, "renew", "carried")
    assert now.stage == "approved"


def test_a_review_that_asks_for_a_revision_restarts_every_step() -> None:
    said = Telling(new_cast())
    validating(said)
    said.signed("plant/foreman", "validation", "endorse")
    said.granted("validation")
    said.approved()
    review = said.review_submitted()
    said.review_decided(review.fact.review, "revise")
    now = pictured(said)
    assert (set(states(now).values()), fates(now), now.stage) == ({"waiting"}, ["over"], "preparation")
    assert [one.version for one in now.versions] == [1]


def test_what_cannot_be_read_is_named_and_the_rest_is_told() -> None:
    said = Telling(new_cast())
    validating(said)
    unreadable: Fact = UnreadableFact("credentials.sign-off-recorded.v1", "of a later build")
    said.at += timedelta(days=1)
    said.indexes["credentials"] += 1
    last = said.told[-1]
    fields = {name: getattr(last, name) for name in type(last).__struct_fields__}
    index = said.indexes["credentials"]
    said.told.append(Recorded(**{**fields, "id": UUID(int=7), "index": index, "fact": unreadable}))
    now = pictured(said)
    assert (now.unreadable, states(now)["validation"]) == ((f"credentials@{index}",), "open")


def test_an_index_stands_for_what_was_told_by_then_and_nothing_recorded_later_in_another_log() -> None:
    said = Telling(new_cast())
    said.drafted()
    submitted = said.submitted()
    said.accepted()
    opened = said.opened()
    told = in_causal_order(said.told)
    assert then(told, at(submitted))[-1] == submitted
    assert len(then(told, at(opened))) == len(told)
    assert then(told, Moment(log="credentials", index=0)) == []
