"""What generated microcredentials are about: outlines of usual size, in one or two languages."""

from shared.contracts.values import Mode, Outline
from shared.kernel import Text, Value


class Subject(Value, frozen=True):
    """A short name for keys, and the outline as first drafted; `assessment` as revised once industry was heard."""

    slug: str
    outline: Outline
    assessment: Text


def _subject(
    slug: str, title: Text, functions: tuple[str, ...], outcomes: tuple[str, ...], hours: int, mode: Mode
) -> Subject:
    named = title["en"].lower()
    outline = Outline(
        title=title,
        need={
            "en": f"Employers in the region report vacancies that stay open for months for want of {named}; the"
            " advisory council names it among the three most pressing needs of its members this year."
        },
        outcomes=tuple({"en": outcome} for outcome in outcomes),
        job_functions=tuple({"en": function} for function in functions),
        assessment={"en": "A written test and a practical demonstration of each outcome before an assessor."},
        hours=hours,
        prerequisites={"en": "None beyond secondary school; prior learning is recognised on request."},
        mode=mode,
        language="en",
        cost={"en": "Offset for learners of equity-seeking groups where the project's funding allows."},
        funding={"en": "Project funding for two cohorts; cost recovery from the third on."},
    )
    revised: Text = {
        "en": "A practical demonstration of each outcome on the equipment in use at a member's site, observed by an"
        " assessor of the college together with a practitioner of the trade."
    }
    return Subject(slug, outline, revised)


SUBJECTS = (
    _subject(
        "battery-safety",
        {"en": "Safe handling of traction batteries", "fr": "Manipulation sûre des batteries de traction"},
        ("Service technician", "Recycling operator"),
        (
            "Isolate a high-voltage system and prove that it is without tension.",
            "Classify damaged cells and store them in quarantine.",
            "Choose protective equipment for each class of work, and check it before use.",
        ),
        30,
        "blended",
    ),
    _subject(
        "cold-chain",
        {"en": "Cold chain operations for seafood"},
        ("Plant supervisor", "Quality technician"),
        (
            "Record temperatures along the chain and act on a deviation within the limits of the plan.",
            "Verify a sensor against a reference and document the result.",
        ),
        24,
        "workplace",
    ),
    _subject(
        "data-privacy",
        {
            "en": "Privacy for administrators of health records",
            "fr": "Protection de la vie privée dans les dossiers de santé",
        },
        ("Health records clerk", "Clinic administrator", "Privacy officer"),
        (
            "Decide whether a request for access may be answered, and by whom.",
            "Sever what must not be disclosed and cite the section that says so.",
            "Report a breach with what was affected, in the form the commissioner asks for.",
            "Explain retention classes to colleagues in plain words.",
        ),
        20,
        "virtual",
    ),
    _subject(
        "heat-pumps",
        {"en": "Heat pump retrofits for existing homes"},
        ("Refrigeration mechanic", "Energy adviser"),
        (
            "Size an air-source heat pump from a home's measured heat loss.",
            "Commission a system and hand it over with its settings explained.",
            "Find the cause of short cycling and correct it.",
        ),
        45,
        "in-person",
    ),
    _subject(
        "mass-timber",
        {"en": "Assembly of mass timber structures"},
        ("Carpenter", "Crane signaller", "Site supervisor"),
        ("Read erection drawings and plan the order of lifts.", "Fix connections to the torque and record stated."),
        60,
        "in-person",
    ),
    _subject(
        "plain-code",
        {"en": "Reading and changing PLC programs"},
        ("Maintenance electrician", "Automation technician"),
        (
            "Trace a machine's fault through a ladder program to the input that caused it.",
            "Change a timer safely, with a backup kept and the change documented.",
            "Test a change against the machine's safety functions before production resumes.",
        ),
        36,
        "blended",
    ),
)
