"""When a model is trained again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from exasol_sagemaker.errors import ConfigurationError

_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_DURATION = re.compile(rf"\s*([1-9]\d*)\s*({'|'.join(_UNITS)})s?\s*")


@dataclass(frozen=True)
class Retraining:
    """When a model is trained again. A model without a usable job is trained whatever it says.

    Attributes:
        on_change: Whether another query, data or configuration is a reason.
        at_age: Age of the job, by AWS's clock, from which on it is a reason of its own; zero: always.
    """

    on_change: bool = True
    at_age: timedelta | None = None

    @classmethod
    def parse(cls, value: Any) -> Retraining:
        """`on_change`, `always`, `never`, or `{every: 7 days}`.

        Raises:
            ConfigurationError: It is none of them.
        """
        if isinstance(value, dict) and set(value) == {"every"}:
            return cls(on_change=False, at_age=parse_duration(value["every"]))
        known = {
            "on_change": cls(),
            "always": cls(at_age=timedelta(0)),
            "never": cls(on_change=False),
        }
        if isinstance(value, str) and value in known:
            return known[value]
        near = get_close_matches(value.lower(), known, n=1) if isinstance(value, str) else []
        raise ConfigurationError(
            f"retrain: {value!r} cannot be",
            hint=(f"Did you mean {near[0]}? " if near else "")
            + "Use on_change, always, never, or {every: 7 days}.",
        )

    def keeps(self, age_seconds: float) -> bool:
        """Whether a usable job of this age is good for now, whatever has changed since."""
        return not self.on_change and (self.at_age is None or age_seconds < self.at_age.total_seconds())

    def demands(self, age_seconds: float) -> bool:
        """Whether a job of this age is too old even if nothing has changed."""
        return self.at_age is not None and age_seconds >= self.at_age.total_seconds()


ON_CHANGE = Retraining()


def parse_duration(text: Any) -> timedelta:
    """`7 days`, `12 hours`, `30 minutes`, `2 weeks`.

    Raises:
        ConfigurationError: It is no duration.
    """
    match = _DURATION.fullmatch(str(text))
    if match is None:
        raise ConfigurationError(
            f"{text!r} is no duration", hint=f"Use a number and a unit: {', '.join(f'{u}s' for u in _UNITS)}."
        )
    return int(match[1]) * _UNITS[match[2]]
