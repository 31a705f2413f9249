"""Steps of time: which one a timestamp falls into, and when a step begins.

Days begin at midnight and weeks on Monday, as Amazon's forecasting aligns them ("Time alignment boundary" in
the Amazon Forecast developer guide).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

_UNITS = {"Y": "Y", "M": "M", "W": "D", "D": "D", "H": "h", "min": "m"}
# Steps that make a season where a step is one unit: a year of months, a week of days, a day of hours, …
_SEASONS = {"Y": 1, "M": 12, "W": 52, "D": 7, "H": 24, "min": 60}
# 1 January 1970 was a Thursday.
_MONDAY = 3
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d")


class TimestampError(ValueError):
    """A text is no timestamp that Autopilot reads; the message names it."""


@dataclass(frozen=True)
class Steps:
    """Steps of one frequency, such as `1D` or `15min`."""

    frequency: str

    def numbers(self, texts: list[str]) -> NDArray[np.int64]:
        """The number of the step that each timestamp falls into.

        Raises:
            TimestampError: One is none.
        """
        known: dict[str, int] = {}
        for text in texts:
            if text not in known:
                known[text] = self._number(_parsed(text))
        return np.array([known[text] for text in texts], dtype=np.int64)

    def text(self, number: int) -> str:
        """When a step begins."""
        return str(self.start(number))

    def start(self, number: int) -> datetime:
        """When a step begins."""
        count, unit = self._parts
        passed = number * 7 * count - _MONDAY if unit == "W" else number * count
        moment = np.array(passed).astype(f"datetime64[{_UNITS[unit]}]")
        begin: datetime = moment.astype("datetime64[s]").item()
        return begin

    def season(self) -> int:
        """How many steps make a season; 1 for none."""
        count, unit = self._parts
        return max(_SEASONS[unit] // count, 1)

    def calendar(self, number: int) -> tuple[int, int, int]:
        """Month, weekday and hour of a step's begin."""
        start = self.start(number)
        return start.month, start.weekday(), start.hour

    @property
    def _parts(self) -> tuple[int, str]:
        found = re.fullmatch(r"(\d*)(\D+)", self.frequency)
        if found is None:
            raise ValueError(f"{self.frequency!r} is no frequency")
        return int(found[1] or 1), found[2]

    def _number(self, moment: datetime) -> int:
        count, unit = self._parts
        passed = int(np.datetime64(moment).astype(f"datetime64[{_UNITS[unit]}]").astype(np.int64))
        if unit == "W":
            return (passed + _MONDAY) // (7 * count)
        return passed // count


def _parsed(text: str) -> datetime:
    for format in FORMATS:
        try:
            return datetime.strptime(text, format)
        except ValueError:
            continue
    raise TimestampError(f"{text!r} is no timestamp that Autopilot reads, such as 2024-01-31 13:00:00")
