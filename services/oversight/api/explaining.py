"""Where a step's round stands, in whole sentences, in the reader's language. Pure."""

from services.oversight.api.picture_views import DeciderView
from services.oversight.projections.standings import Standing
from shared.authority import Community
from shared.pages import Language


def explanation(language: Language, community: Community, rule: DeciderView, stands: Standing) -> str:
    """What it has, what it lacks, and who spoke otherwise: `Quorum of health: 2 of 3 different partners. …`."""
    return " ".join((*_has(language, community, rule, stands), *_otherwise(language, stands)))


def _has(language: Language, community: Community, rule: DeciderView, stands: Standing) -> tuple[str, ...]:
    _, have, need = language.gettext, stands.have, stands.need
    match rule.kind:
        case "quorum":
            counted = {"council": rule.council, "have": have, "need": need}
            if rule.distinct_partners:
                said = _("Quorum of {council}: {have} of {need} different partners.", **counted)
            else:
                said = _("Quorum of {council}: {have} of {need} voices.", **counted)
            return (said, *_lacks(language, community, stands))
        case "each":
            said = _(
                "Every one of these partners is needed: {have} of {need} have spoken for it.", have=have, need=need
            )
            partners = [community.partners[one].key for one in stands.missing if one in community.partners]
            left = _("Still needed: {partners}.", partners=language.listed(partners))
            return (said, left) if partners else (said,)
        case _:
            partner = rule.partners[0]
            if have:
                return (_("The owner at {partner} has spoken for it.", partner=partner),)
            return (_("The owner at {partner} is needed.", partner=partner),)


def _lacks(language: Language, community: Community, stands: Standing) -> tuple[str, ...]:
    """Whom in particular a quorum needs."""
    _, lacks = language.gettext, stands.lacking
    if lacks is None or lacks.nothing:
        return (_("Nothing is lacking."),)
    said = []
    if lacks.voices:
        said.append(
            language.ngettext("{count} more is needed.", "{count} more are needed.", lacks.voices, count=lacks.voices)
        )
    said += [_("A voice from the sector {sector} is needed.", sector=sector) for sector in lacks.sectors]
    said += [
        _("The voice of {position} is needed.", position=community.position_key(position)) for position in lacks.seats
    ]
    return tuple(said)


def _otherwise(language: Language, stands: Standing) -> tuple[str, ...]:
    """Those whose voices do not speak for it."""
    ngettext = language.ngettext
    counts = stands.others
    said = []
    if n := counts.get("recuse"):
        said.append(ngettext("{count} is recused.", "{count} are recused.", n, count=n))
    if n := counts.get("decline"):
        said.append(ngettext("{count} declined.", "{count} declined.", n, count=n))
    if n := counts.get("request-changes"):
        said.append(ngettext("{count} requested changes.", "{count} requested changes.", n, count=n))
    if n := counts.get("abstain"):
        said.append(ngettext("{count} abstained.", "{count} abstained.", n, count=n))
    if n := stands.personal:
        said.append(
            ngettext(
                "{count} speaks for it in a personal capacity, for no partner.",
                "{count} speak for it in a personal capacity, for no partner.",
                n,
                count=n,
            )
        )
    if n := stands.on_condition:
        said.append(
            ngettext("{count} does on a condition not met yet.", "{count} do on conditions not met yet.", n, count=n)
        )
    return tuple(said)
