"""Cuts an object into the payloads of a batch transform job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from exasol_sandbox.aws.tabular.csv_columns import count_lines

_BLOCK = 1024 * 1024


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class BatchError(Exception):
    """An object cannot be cut into payloads; the message says where and why."""


@dataclass(frozen=True)
class Batch:
    """One payload.

    Attributes:
        data: Whole lines, or a whole object.
        first: Number of its first line in the object, from 1.
    """

    data: bytes
    first: int

    @property
    def place(self) -> str:
        """Where in the object it lies, for messages."""
        last = self.first + max(count_lines(self.data) - 1, 0)
        return f"line {self.first}" if last == self.first else f"lines {self.first} to {last}"


def whole_object(stream: Readable, limit: int) -> Iterator[Batch]:
    """The object as one payload (SplitType None).

    Args:
        limit: Most bytes of a payload; 0 for any number.

    Raises:
        BatchError: When it is longer than `limit` bytes.
    """
    data = b"".join(iter(lambda: stream.read(limit or _BLOCK), b""))
    if limit and len(data) > limit:
        raise BatchError(
            f"the object has {len(data)} bytes, MaxPayloadInMB allows {limit}: split it (SplitType Line) or "
            "raise the limit."
        )
    yield Batch(data, 1)


def line_batches(stream: Readable, limit: int, *, single: bool) -> Iterator[Batch]:
    """Lines, as many to a payload as `limit` bytes take, or one to a payload.

    Raises:
        BatchError: When a line is longer than `limit`.
    """
    first = 1
    for data in _chunks_of_lines(stream, limit):
        if not single:
            yield Batch(data, first)
            first += count_lines(data)
            continue
        for line in _lines(data):
            yield Batch(line, first)
            first += 1


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    return lines[:-1] if data.endswith(b"\n") else [*lines[:-1], lines[-1][:-1]]


def _chunks_of_lines(stream: Readable, limit: int) -> Iterator[bytes]:
    rest, done = b"", 0
    while block := stream.read(limit):
        rest += block
        while len(rest) > limit:
            cut = rest.rfind(b"\n", 0, limit) + 1
            if cut == 0:
                raise BatchError(
                    f"line {done + 1} is longer than the {limit} bytes of MaxPayloadInMB: raise the limit."
                )
            done += rest.count(b"\n", 0, cut)
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest
