"""The golden files: found, added to, and checked against today's build."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from shared.contracts.upcasting import UPCASTS, Catalogue, paths
from shared.eventstore.mapper import Mapper
from shared.kernel import Fact
from tests.shared.contracts.golden.generating import samples
from tests.shared.contracts.golden.meaning import differences, told

FOLDER = Path(__file__).parent
COMMAND = ".venv/bin/python -m tests.shared.contracts.golden"
SUMS = "SHA256SUMS"
Kind = Literal["generated", "recorded"]


class Contracts(NamedTuple):
    """One service's facts by tag, and the steps from former tags."""

    log: str
    facts: Mapping[str, type[Fact]]
    upcasts: Catalogue = UPCASTS

    def today(self, tag: str) -> str | None:
        """The tag it is read as; None where nothing reads it."""
        former = paths(self.upcasts, self.log, self.facts)
        return tag if tag in self.facts else former[tag].tag if tag in former else None


class Samples(NamedTuple):
    """A file of samples of one tag."""

    tag: str
    file: Path

    @property
    def lines(self) -> list[bytes]:
        return self.file.read_bytes().splitlines()

    def meaning(self, today: str) -> Path:
        """The file that says what they mean, read as that tag."""
        name, _, _ = self.file.name.partition(".")
        return self.file.with_name(f"{name}.as.{today.partition('.')[2]}.jsonl")


def kept(folder: Path, log: str, tag: str | None = None) -> list[Samples]:
    """The samples of that log, or of one tag of it."""
    place = tag.partition(".")[2] if tag else "*"
    return [
        Samples(f"{log}.{file.parent.name}", file) for file in sorted((folder / log).glob(f"{place}/*.stored.jsonl"))
    ]


def faults(folder: Path, contracts: Contracts) -> list[str]:
    """Every way in which a fact that was published is read differently by these contracts, or not at all."""
    found = [
        f"{tag} has no samples: add them with {COMMAND}"
        for tag in contracts.facts
        if not kept(folder, contracts.log, tag)
    ]
    mapper = Mapper(contracts.log, contracts.facts, contracts.upcasts)
    for one in kept(folder, contracts.log):
        found += _faults_of(one, contracts.today(one.tag), mapper)
    return found


def _faults_of(one: Samples, today: str | None, mapper: Mapper) -> Iterator[str]:
    if today is None:
        yield f"{one.tag} was published, and is read by no fact and no upcaster"
        return
    meaning = one.meaning(today)
    if not meaning.exists():
        yield f"nothing says what {one.tag} means as {today}: write it with {COMMAND}, and read it through"
        return
    for number, (line, was) in enumerate(zip(one.lines, meaning.read_bytes().splitlines(), strict=True), start=1):
        where = f"{one.tag}, {one.file.name}:{number}"
        try:
            now = told(mapper.fact(one.tag, line))
        except (ValueError, KeyError, TypeError) as error:  # an upcaster may stumble over anything
            yield f"{where} cannot be read any more: {error}"
            continue
        yield from (f"{where}: {difference}" for difference in differences(msgspec.json.decode(was), now))


def missing(folder: Path, contracts: Contracts) -> dict[str, list[bytes]]:
    """Samples of today's facts that are not kept yet, by tag: of a new fact, or of a field or word added to one."""
    found = {}
    for tag, kind in contracts.facts.items():
        there = {line for one in kept(folder, contracts.log, tag) for line in one.lines}
        if new := [sample for sample in samples(kind) if sample not in there]:
            found[tag] = new
    return found


def add(folder: Path, contracts: Contracts, new: Mapping[str, Iterable[bytes]], kind: Kind = "generated") -> list[Path]:
    """Keep these samples in new files, with what every kept one means today; the files written. None is overwritten."""
    written = []
    for tag, lines in new.items():
        place = folder / contracts.log / tag.partition(".")[2]
        place.mkdir(parents=True, exist_ok=True)
        number = len(list(place.glob(f"{kind}-*.stored.jsonl"))) + 1
        written.append(_write(place / f"{kind}-{number}.stored.jsonl", lines))
    mapper = Mapper(contracts.log, contracts.facts, contracts.upcasts)
    for one in kept(folder, contracts.log):
        if (today := contracts.today(one.tag)) and not one.meaning(today).exists():
            meant = [msgspec.json.encode(told(mapper.fact(one.tag, line))) for line in one.lines]
            written.append(_write(one.meaning(today), meant))
    sums = folder / SUMS
    with sums.open("a", encoding="utf-8") as manifest:
        manifest.writelines(f"{_sum(file)}  {file.relative_to(folder)}\n" for file in written)
    return written


def changed(folder: Path) -> list[str]:
    """Every golden file that is not as it was written, is gone, or was written by hand."""
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {str(file.relative_to(folder)): _sum(file) for file in folder.rglob("*.jsonl")}
    never = "golden files never change: take back what was done to it"
    return [
        *(f"{name} was changed; {never}" for name in sums if there.get(name, sums[name]) != sums[name]),
        *(f"{name} is gone; {never}" for name in sums if name not in there),
        *(f"{name} is not in {SUMS}: golden files are written with {COMMAND}" for name in there if name not in sums),
    ]


def _write(file: Path, lines: Iterable[bytes]) -> Path:
    with file.open("xb") as new:
        new.writelines(line + b"\n" for line in lines)
    return file


def _sum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
