"""The comment of a CONNECTION: whose credentials it holds, until when, and for whom; no secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone

_MARK = "AWS credentials, kept by dbt-exasol-sagemaker: "


@dataclass(frozen=True)
class ConnectionState:
    """What is known of a CONNECTION's credentials without reading them.

    Attributes:
        source: Digest of where they come from; empty if somebody else put them there.
        expires_at: When they end; None for static ones, and where nobody knows.
        temporary: Whether there is a session token with them.
        grants: Roles and users that this package granted it to, as the database keeps their names.
    """

    source: str = ""
    expires_at: datetime | None = None
    temporary: bool = False
    grants: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """Whether this package wrote the credentials."""
        return bool(self.source)


def comment_text(state: ConnectionState) -> str:
    """The comment that says it."""
    ends = (
        state.expires_at.astimezone(timezone.utc).isoformat(timespec="seconds") if state.expires_at else None
    )
    known = {
        "source": state.source,
        "expires_at": ends,
        "temporary": state.temporary,
        "grants": list(state.grants),
    }
    return _MARK + json.dumps(known)


def read_comment(text: str | None) -> ConnectionState:
    """What a comment says; nothing is known from one that this package did not write."""
    if not text or not text.startswith(_MARK):
        return ConnectionState()
    try:
        found = json.loads(text[len(_MARK) :])
        ends = found["expires_at"]
        return ConnectionState(
            str(found["source"]),
            datetime.fromisoformat(ends) if ends else None,
            bool(found["temporary"]),
            tuple(str(one) for one in found["grants"]),
        )
    except (ValueError, KeyError, TypeError):
        return ConnectionState()
