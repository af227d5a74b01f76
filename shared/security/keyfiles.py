"""Keys as files, outside the database cluster, whose WAL keeps deleted rows: durable before what they open is written.

A destroyed key leaves an empty file in its place, so that none is ever kept there again.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from uuid import UUID


class Keys(Protocol):
    """Where keys live, each by the id of what it opens."""

    def keep(self, of: UUID, key: bytes) -> None:
        """Keep the key durably. `FileExistsError` where there is one, or was one that is destroyed."""

    def key(self, of: UUID) -> bytes | None:
        """The key; None where there is none, or none any more."""

    def is_destroyed(self, of: UUID) -> bool:
        """Whether it was destroyed, so that none can be kept there."""

    def destroy(self, of: UUID) -> None:
        """Destroy the key durably, and let none be kept there again; fine where there is none."""


class FileKeys:
    """Files of mode 0600 under a folder of mode 0700."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    def keep(self, of: UUID, key: bytes) -> None:
        write_once(self._path(of), key)

    def key(self, of: UUID) -> bytes | None:
        try:
            return self._path(of).read_bytes() or None
        except FileNotFoundError:
            return None

    def is_destroyed(self, of: UUID) -> bool:
        try:
            return self._path(of).stat().st_size == 0
        except FileNotFoundError:
            return False

    def destroy(self, of: UUID) -> None:
        """Nobody finds the key from the moment its place is taken; then its bytes are written over.

        A file system that copies on write, and a disk's own remapping, may keep them all the same: the folder belongs
        on an encrypted disk.
        """
        path = self._path(of)
        dying = path.with_suffix(".dying")
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not self.is_destroyed(of):
            with suppress(FileNotFoundError, FileExistsError):
                os.link(path, dying)
            _draft(path, b"").replace(path)
        _sync(path.parent)
        if _write_over(dying):
            dying.unlink(missing_ok=True)
            _sync(path.parent)

    def _path(self, of: UUID) -> Path:
        return self.folder / of.hex[-2:] / f"{of.hex}.key"


def write_once(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all, also after a power cut; `FileExistsError` where there is one."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
    _sync(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _write_over(path: Path) -> bool:
    """Whether there was such a file; its bytes are others now, on the disk too."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        return False
    with file:
        file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    return True


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
