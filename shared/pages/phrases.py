"""English phrases that refusals are filled in with: known here, so that they are translated there as well."""

from shared.pages.languages import N_, Language
from shared.pages.shapes import shaped

PHRASES = frozenset((
    # what is named
    N_("proposal"), N_("microcredential"), N_("sign-off"), N_("partner"), N_("position"), N_("person"), N_("council"),
    N_("community"), N_("agreement"), N_("note"), N_("key"), N_("line"), N_("absence"), N_("holding"), N_("blackout"),
    N_("receipt"), N_("delegation"), N_("responsibility"), N_("holder"), N_("matter"),
    N_("a coordinator"),
    # where it stands
    N_("draft"), N_("submitted"), N_("concept-validation"), N_("returned"), N_("accepted"), N_("declined"),
    N_("withdrawn"), N_("granted"), N_("refused"), N_("approved"), N_("not approved"), N_("under review"),
    N_("retired"), N_("retried"), N_("released"), N_("has"), N_("have"), N_("further notice"), N_("its registration"),
    # what is to be done with a proposal
    N_("revise"), N_("submit"), N_("withdraw"), N_("validate"), N_("accept"), N_("invite readers to"),
    N_("end invitations to"),
    # why
    N_("the outline is being prepared and validation was not requested"),
    N_("none is recorded, and the year since the first key was issued is over"),
    N_("none was presented"),
    N_("what was presented is no key, or was mistyped"),
    N_("the one presented is not known here"),
    N_("the one presented was revoked or has expired"),
    N_("the one this session was opened with is not known here"),
    N_("the one this session was opened with was revoked or has expired"),
    N_("the database is out of reach, or at fault itself"),
    N_("the database cannot be reached"),
    N_("it contains NUL"),
    N_("it is nested too deep"),
    N_("its payloadType is over 200 characters long, or not printable"),
    # whole sentences
    N_("A JSON body is needed; the API's description shows its fields."),
    N_("The query is not UTF-8."),
    N_("The path contains NUL."),
    N_("The sheet is empty."),
    N_("There is no row under the headings."),
    N_("The CSV is not UTF-8; save it as “CSV UTF-8”."),
    N_("The workbook takes too long to read."),
    N_("at is no day of the calendar."),
    N_("at is not a day such as 2023-02-13."),
    N_("to is compared with from: state both."),
    N_("since names an index of partnerships, where no outline is; or write a time."),
    N_("What lies beyond a card is asked of one stage: name it."),
    N_("persons are ids with commas between."),
    N_("`after` is not a cursor; take `next` from the page before."),
))  # fmt: skip


def phrased(language: Language, value: object) -> object:
    """The same value; a phrase of ours in that language."""
    if not isinstance(value, str):
        return value
    return language.gettext(value) if value in PHRASES else shaped(language, value)
