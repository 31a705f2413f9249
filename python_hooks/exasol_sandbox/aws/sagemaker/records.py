"""Named records of one kind, kept in memory and, if there is a folder, on disk."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar

from exasol_sandbox.aws.files import write_atomically

INTERRUPTED = "The sandbox stopped while the job was running. Start it again under a new name."


@dataclass
class Record:
    """Something with a name that is unique in its region; all fields of its subclasses are JSON values."""

    name: str
    region: str
    arn: str


R = TypeVar("R", bound=Record)


class Records(Generic[R]):
    """A thread-safe table of records.

    Args:
        kind: The class of the records.
        folder: Where each is written as `<region>.<name>.json`; None keeps them in memory only.
    """

    def __init__(self, kind: type[R], folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._records: dict[tuple[str, str], R] = {}
        if folder is not None and folder.exists():
            for path in sorted(folder.glob("*.json")):
                record = kind(**json.loads(path.read_text()))
                self._records[record.region, record.name] = record

    def __iter__(self) -> Iterator[R]:
        with self._lock:
            return iter(list(self._records.values()))

    def get(self, region: str, name: str) -> R | None:
        """The record of that name, if there is one."""
        with self._lock:
            return self._records.get((region, name))

    def add(self, record: R) -> bool:
        """Adds a record; False, and nothing done, when the name is taken."""
        with self._lock:
            if (record.region, record.name) in self._records:
                return False
            self._records[record.region, record.name] = record
            self._write(record)
            return True

    def save(self, record: R) -> None:
        """Writes a record that was changed in place; a removed one stays removed."""
        with self._lock:
            if self._records.get((record.region, record.name)) is record:
                self._write(record)

    def remove(self, record: R) -> None:
        """Removes a record; nothing happens when it is gone."""
        with self._lock:
            self._records.pop((record.region, record.name), None)
            if self._folder is not None:
                (self._folder / _file_name(record)).unlink(missing_ok=True)

    def _write(self, record: R) -> None:
        if self._folder is not None:
            write_atomically(self._folder / _file_name(record), json.dumps(asdict(record)).encode())


def _file_name(record: Record) -> str:
    return f"{record.region}.{record.name}.json"
