"""Settings: one typed struct, read from `CONSORTIA_…` variables; one error names all that are wrong or missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

PREFIX = "CONSORTIA_"


class Settings(Struct, frozen=True):
    """How one service reaches its servers. A variable is the field's name in capitals after `CONSORTIA_`."""

    database_url: Annotated[
        str,
        Meta(
            pattern=r"^postgres(ql)?://",
            description="postgresql://user@host/database; several hosts with commas between",
        ),
    ]
    nats_url: Annotated[
        str,
        Meta(
            pattern=r"^(nats|tls)://[^,\s]+(,(nats|tls)://[^,\s]+)*(?!\n)$",
            description="nats://user:password@host:4222, or several such with commas between",
        ),
    ]
    note_keys: Annotated[str, Meta(min_length=1, description="a folder outside the database, for the keys of notes")]
    person_keys: Annotated[
        str | None,
        Meta(description="a folder outside the database, for the keys of persons; else `persons` in the other"),
    ] = None
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    nats_replicas: Annotated[Literal[1, 3, 5], Meta(description="how many NATS servers keep each stream")] = 1
    nats_prefix: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}(?!\n)$")] = "facts"
    session_secret: Annotated[
        Annotated[str, Meta(min_length=32)] | None,
        Meta(description="signs the sessions of pages: 32 characters or more, the same for all"),
    ] = None
    public_url: Annotated[
        Annotated[str, Meta(pattern=r"^https?://[^/\s]+(?!\n)$")] | None,
        Meta(description="the address people type, such as https://consortia.org"),
    ] = None
    local_login: Annotated[
        str | None,
        Meta(description="a file of keys to sign in with at a click; for a stack on one's own machine alone"),
    ] = None
    attempts_kept_days: Annotated[int, Meta(ge=1, le=36_500)] = 365
    auditor_reads_kept_days: Annotated[int, Meta(ge=1, le=36_500)] = 1095
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def note_keys_folder(self) -> Path:
        return Path(self.note_keys)

    @property
    def person_keys_folder(self) -> Path:
        return Path(self.person_keys) if self.person_keys else self.note_keys_folder / "persons"


class SettingsError(Exception):
    """Every variable that is missing or wrong, in one message."""


def load(environment: Mapping[str, str]) -> Settings:
    """The settings in these variables; `SettingsError` names all that are wrong or missing, and what each should be."""
    given: dict[str, object] = {}
    wrong: list[str] = []
    for field in msgspec.structs.fields(Settings):
        name = PREFIX + field.encode_name.upper()
        if name not in environment:
            if field.required:
                wrong.append(f"{name} is missing: {_meaning(field.type)}")
            continue
        try:
            given[field.encode_name] = msgspec.convert(environment[name], field.type, strict=False)
        except msgspec.ValidationError as error:
            wrong.append(f"{name} is wrong: {error}")
    if len({urlsplit(server).netloc.rpartition("@")[0] for server in str(given.get("nats_url", "")).split(",")}) > 1:
        wrong.append(f"{PREFIX}NATS_URL is wrong: every server in it must have the same user and password")
    known = {PREFIX + field.encode_name.upper() for field in msgspec.structs.fields(Settings)} | {"CONSORTIA_DATA"}
    wrong += [f"{name} is not a setting" for name in environment if name.startswith(PREFIX) and name not in known]
    if wrong:
        raise SettingsError("Settings are wrong or missing:\n  " + "\n  ".join(wrong))
    return Settings(**given)  # type: ignore[arg-type]  # each was converted to its field's type above


def _meaning(annotated: object) -> str:
    for meta in getattr(annotated, "__metadata__", ()):
        if isinstance(meta, Meta) and meta.description:
            return meta.description
    return "it must be set"
