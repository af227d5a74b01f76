"""Where a step's round stands, in whole sentences, in the reader's language. Pure."""

from services.oversight.api.picture_views import DeciderView
from services.oversight.projections.standings import Standing
from shared.authority import Community
from shared.pages import Language


def explanation(language: Language, community: Community, rule: DeciderView, matter: str, stands: Standing) -> str:
    """What it has, what it lacks, and who spoke otherwise: `Quorum of health: 2 of 3 voices. …`."""
    return " ".join((*_has(language, community, rule, matter, stands), *_otherwise(language, stands)))


def _has(language: Language, community: Community, rule: DeciderView, matter: str, stands: Standing) -> tuple[str, ...]:
    _, have, need = language.gettext, stands.have, stands.need
    if rule.kind == "quorum":
        if rule.distinct_partners:
            said = _("Quorum of {council}: {have} of {need} different partners.", council=rule.council, have=have,
                     need=need)  # fmt: skip
        else:
            said = _("Quorum of {council}: {have} of {need} voices.", council=rule.council, have=have, need=need)
        return (said, *_lacks(language, community, stands))
    partners = [community.partners[one].key for one in stands.missing if one in community.partners]
    if rule.kind == "each":
        said = _("The owners of {matter} at each of these partners: {have} of {need}.", matter=matter, have=have,
                 need=need)  # fmt: skip
        left = _("Still needed: {partners}.", partners=language.listed(partners))
        return (said, left) if partners else (said,)
    if have:
        return (_("The owner of {matter} at {partner} has spoken for it.", matter=matter, partner=rule.partners[0]),)
    return (_("The owner of {matter} at {partner} is needed.", matter=matter, partner=rule.partners[0]),)


def _lacks(language: Language, community: Community, stands: Standing) -> tuple[str, ...]:
    """Whom in particular a quorum needs."""
    _, lacks = language.gettext, stands.lacking
    if lacks is None or lacks.nothing:
        return (_("Nothing is lacking."),)
    said = []
    if lacks.voices:
        one, many = "{count} more is needed.", "{count} more are needed."
        said.append(language.ngettext(one, many, lacks.voices, count=lacks.voices))
    said += [_("A voice from the sector {sector} is needed.", sector=sector) for sector in lacks.sectors]
    said += [
        _("The voice of {position} is needed.", position=community.position_key(position)) for position in lacks.seats
    ]
    return tuple(said)


def _otherwise(language: Language, stands: Standing) -> tuple[str, ...]:
    """Those whose voices do not speak for it."""
    several = language.ngettext
    counts = stands.others
    said = []
    if n := counts.get("recuse"):
        said.append(several("{count} is recused.", "{count} are recused.", n, count=n))
    if n := counts.get("decline"):
        said.append(several("{count} declined.", "{count} declined.", n, count=n))
    if n := counts.get("request-changes"):
        said.append(several("{count} requested changes.", "{count} requested changes.", n, count=n))
    if n := counts.get("abstain"):
        said.append(several("{count} abstained.", "{count} abstained.", n, count=n))
    if n := stands.personal:
        one, many = (
            "{count} speaks for it in a personal capacity, for no partner.",
            "{count} speak for it in a personal capacity, for no partner.",
        )
        said.append(several(one, many, n, count=n))
    if n := stands.on_condition:
        one, many = "{count} does on a condition not met yet.", "{count} do on conditions not met yet."
        said.append(several(one, many, n, count=n))
    return tuple(said)
