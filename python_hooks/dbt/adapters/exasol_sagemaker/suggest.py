"""The closest known name, for error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name that `name` was most likely meant to be; None if none is near."""
    matches = get_close_matches(name.lower(), list(known), n=1, cutoff=cutoff)
    return matches[0] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence to put behind an error about an unknown name."""
    known = list(known)
    match = closest(name, known)
    if match:
        return f" Did you mean `{match}`?"
    return f" Known are: {', '.join(sorted(known))}."
