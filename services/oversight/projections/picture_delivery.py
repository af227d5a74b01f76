"""Offerings and reviews of a picture after one more fact. Pure."""

from msgspec import structs

from services.oversight.projections.picture_values import (
    Happened,
    Picture,
    PicturedOffering,
    PicturedReview,
)
from shared.contracts import credentials as c
from shared.kernel import Fact


def evolve(picture: Picture, fact: Fact, happened: Happened) -> Picture:
    """Its runs and what was said of them."""
    match fact:
        case c.OfferingOpened():
            return structs.replace(picture, offerings=(*picture.offerings, _offering(picture, fact, happened)))
        case c.OfferingClosed():
            runs = tuple(
                structs.replace(
                    run,
                    closed=happened,
                    learners=run.learners if fact.learners is None else fact.learners,
                    completed=fact.completed,
                )
                if run.offering == fact.offering
                else run
                for run in picture.offerings
            )
            return structs.replace(picture, offerings=runs)
        case c.ReviewSubmitted():
            review = PicturedReview(fact.review, fact.by, happened, dict(fact.feedback))
            return structs.replace(picture, reviews=(*picture.reviews, review))
        case c.ReviewDecided():
            return _answered(_reviewed(picture, fact, happened), fact, happened)
        case _:
            return picture


def _offering(picture: Picture, fact: c.OfferingOpened, happened: Happened) -> PicturedOffering:
    return PicturedOffering(
        fact.offering,
        fact.version,
        fact.by,
        happened,
        fact.starts,
        fact.ends,
        fact.delivered_by or picture.proposed_by.partner,
        fact.platform,
        fact.learners,
        fact.pass_grade,
        fact.jurisdiction,
        fact.agreement,
    )


def _reviewed(picture: Picture, fact: c.ReviewDecided, happened: Happened) -> Picture:
    reviews = tuple(
        structs.replace(one, decision=fact.decision, decided=happened, decided_by=fact.by)
        if one.review == fact.review
        else one
        for one in picture.reviews
    )
    return structs.replace(picture, reviews=reviews)


def _answered(picture: Picture, fact: c.ReviewDecided, happened: Happened) -> Picture:
    """Conditions as that review found them."""
    answers = {one.condition: one.answer for one in fact.conditions}
    conditions = tuple(
        structs.replace(item, state=answers[item.condition], answered=happened, answered_by=fact.by)
        if item.condition in answers
        else item
        for item in picture.conditions
    )
    return structs.replace(picture, conditions=conditions)
