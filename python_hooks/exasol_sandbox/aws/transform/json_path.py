"""The JSONPath subset that selects columns of CSV in a batch transform job.

Source: "Associate prediction results with input records" in the SageMaker developer guide. For CSV a row is a
JSON array, so only the root, indexes and slices apply. The guide counts the end of a slice in: `$[1:4]` is
the second to the fifth column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PATH = re.compile(r"\$(?:\[(?P<parts>[^\[\]]*)\])?")
_PART = re.compile(r"\s*(?:(?P<index>-?\d+)|(?P<start>-?\d+)?\s*:\s*(?P<end>-?\d+)?|(?P<all>\*))\s*")


class JsonPathError(ValueError):
    """A path cannot be used on CSV, or not on this one; the message says why."""


@dataclass(frozen=True)
class _Index:
    number: int


@dataclass(frozen=True)
class _Slice:
    start: int | None
    end: int | None


@dataclass(frozen=True)
class ColumnPath:
    """A parsed path.

    Attributes:
        text: The path as it was given.
        parts: What it selects, in order; empty for the root, which is everything.
    """

    text: str
    parts: tuple[_Index | _Slice, ...]

    def columns(self, width: int) -> list[int]:
        """The numbers of the selected columns among `width`.

        Raises:
            JsonPathError: When an index lies outside, or nothing is left.
        """
        if not self.parts:
            return list(range(width))
        chosen = [number for part in self.parts for number in self._columns_of(part, width)]
        if not chosen:
            raise JsonPathError(f"{self.text} selects nothing of a record with {width} columns.")
        return chosen

    def _columns_of(self, part: _Index | _Slice, width: int) -> Iterator[int]:
        if isinstance(part, _Slice):
            start = _from_left(part.start, width) if part.start is not None else 0
            end = _from_left(part.end, width) if part.end is not None else width - 1
            yield from range(max(0, start), min(end, width - 1) + 1)
            return
        number = _from_left(part.number, width)
        if not 0 <= number < width:
            raise JsonPathError(
                f"{self.text}: index {part.number} is outside of a record with {width} columns."
            )
        yield number


def parse_column_path(text: str) -> ColumnPath:
    """Reads a path.

    Raises:
        JsonPathError: For what is no path, and for paths that select by name.
    """
    path = _PATH.fullmatch(text.strip())
    if path is None:
        raise JsonPathError(_refusal(text))
    if path["parts"] is None:
        return ColumnPath(text, ())
    found = [_PART.fullmatch(part) for part in path["parts"].split(",")]
    parts: list[_Index | _Slice] = []
    for part in found:
        if part is None:
            raise JsonPathError(_refusal(text))
        if part["index"] is not None:
            parts.append(_Index(int(part["index"])))
        else:
            parts.append(_Slice(_number(part["start"]), _number(part["end"])))
    return ColumnPath(text, tuple(parts))


def _from_left(number: int, width: int) -> int:
    return number + width if number < 0 else number


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _refusal(text: str) -> str:
    return (
        f"{text!r} is no JSONPath for CSV, where a record is an array: take $, indexes such as $[0,-1], "
        "or slices such as $[1:]."
    )
