"""Policies as data: statements, each of whose actions has its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = "2012-10-17"


@dataclass(frozen=True)
class Statement:
    """Actions that are allowed on the same resources under the same condition.

    Attributes:
        sid: Its name within the policy.
        actions: Each action and why it is needed.
        resources: ARNs; `*` alone for actions that AWS cannot limit to resources.
        condition: Condition block; empty for none.
    """

    sid: str
    actions: Mapping[str, str]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The statement as IAM takes it."""
        found: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": self.resources[0] if len(self.resources) == 1 else list(self.resources),
        }
        if self.condition:
            found["Condition"] = {operator: dict(keys) for operator, keys in self.condition.items()}
        return found


@dataclass(frozen=True)
class Policy:
    """One policy.

    Attributes:
        role: Whose it is: `dbt`, `database` or `execution`.
        title: The same in words.
        statements: What it allows.
    """

    role: str
    title: str
    statements: tuple[Statement, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """All actions, each once, in order."""
        return tuple(dict.fromkeys(action for one in self.statements for action in one.actions))

    def document(self) -> dict[str, Any]:
        """The policy as IAM takes it."""
        return {"Version": VERSION, "Statement": [one.document() for one in self.statements]}

    def without(self, action: str) -> Policy:
        """The same policy with one action taken away."""
        left = (
            Statement(
                one.sid,
                {a: why for a, why in one.actions.items() if a != action},
                one.resources,
                one.condition,
            )
            for one in self.statements
        )
        return Policy(self.role, self.title, tuple(one for one in left if one.actions))
