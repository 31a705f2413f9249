"""What goes wrong in the sandbox's AWS because somebody wants to see it go wrong.

The rules lie in `faults.json` in the sandbox's home and are read again whenever that file changes:

    {"faults": [
        {"fault": "throttle", "actions": ["sagemaker:*"], "share": 0.3},
        {"fault": "reset", "actions": ["s3:PutObject"], "times": 1},
        {"fault": "fail", "actions": ["job:Train"], "reason": "out of memory"}]}

`actions` are those of IAM policies, and for what goes on in the background `job:Train`, `endpoint:Create` and
`endpoint:Update`; `*` stands for any text. See FaultRule for the other members.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from exasol_sandbox.aws.errors import AwsError

FILE_NAME = "faults.json"
REQUEST_FAULTS = ("throttle", "error", "slow", "reset", "lost_answer", "expired", "denied", "capacity")
BACKGROUND_FAULTS = ("fail", "stop", "last")
BACKGROUND_ACTIONS = ("job:Train", "endpoint:Create", "endpoint:Update")


class ConnectionDropped(Exception):
    """The connection ends here, without an answer."""


class FaultRuleError(ValueError):
    """A rule that cannot be; the message says which and why."""


@dataclass(frozen=True)
class FaultRule:
    """One thing that goes wrong.

    Attributes:
        fault: For requests: `throttle`, `error` (5xx), `slow`, `reset` (before anything is done),
            `lost_answer` (done, then the connection breaks), `expired`, `denied`, `capacity`. In the
            background: `fail`, `stop` (jobs), `last` (a job takes at least `seconds`).
        actions: What it strikes, with `*` for any text.
        resource: ARN of what a request is about, or name of a job or an endpoint; `*` stands for any text.
        access_key: Access key id of who sends a request, so that one key can expire; `*` stands for any text.
        share: Part of the matching requests that it strikes, drawn by chance from a fixed seed.
        after: How many matching ones pass first.
        times: How many it strikes at most.
        seconds: How long `slow` and `last` take.
        reason: Words of `fail`.
    """

    fault: str
    actions: tuple[str, ...] = ("*",)
    resource: str = "*"
    access_key: str = "*"
    share: float = 1.0
    after: int = 0
    times: int | None = None
    seconds: float = 0.0
    reason: str = "It was asked to fail."

    def __post_init__(self) -> None:
        if self.fault not in (*REQUEST_FAULTS, *BACKGROUND_FAULTS):
            known = ", ".join((*REQUEST_FAULTS, *BACKGROUND_FAULTS))
            raise FaultRuleError(f"there is no fault {self.fault!r}; there are {known}")
        if isinstance(self.actions, str) or not self.actions:
            raise FaultRuleError("'actions' has to be a list of actions")

    def matches(self, action: str, resource: str, access_key: str = "") -> bool:
        """Whether it is about this action and resource, asked for with this key."""
        return (
            any(fnmatchcase(action, one) for one in self.actions)
            and fnmatchcase(resource, self.resource)
            and fnmatchcase(access_key, self.access_key)
        )


def read_rules(text: str) -> list[FaultRule]:
    """The rules of a `faults.json`.

    Raises:
        FaultRuleError: It is not JSON of this form.
    """
    known = {item.name for item in fields(FaultRule)}
    try:
        items = json.loads(text)["faults"]
        unknown = {name for item in items for name in item} - known
        if unknown:
            raise FaultRuleError(f"a rule has no member {min(unknown)!r}; it has {', '.join(sorted(known))}")
        return [FaultRule(**{**item, "actions": _tuple(item.get("actions", ["*"]))}) for item in items]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, FaultRuleError):
            raise
        raise FaultRuleError(f"{FILE_NAME} has to be an object with a list 'faults': {error}") from error


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Faults:
    """The rules in force, and how often each has struck.

    Args:
        path: Where they lie; None: nothing ever goes wrong.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._counted: list[_Counted] = []

    @property
    def any(self) -> bool:
        """Whether there are rules at all."""
        with self._lock:
            self._reload()
            return bool(self._counted)

    def request(self, action: str, resource: str, service: str, access_key: str = "") -> bool:
        """Let a request meet what is in its way, before it is served.

        Args:
            access_key: Who sends it; nothing if it is not signed.

        Returns:
            Whether its answer is to be lost once it is served.

        Raises:
            AwsError: It is refused.
            ConnectionDropped: Its connection ends.
        """
        lost = False
        for rule in self._struck(action, resource, REQUEST_FAULTS, access_key):
            if rule.fault == "slow":
                time.sleep(rule.seconds)
            elif rule.fault == "reset":
                raise ConnectionDropped
            elif rule.fault == "lost_answer":
                lost = True
            else:
                raise _refusal(rule.fault, service)
        return lost

    def background(self, action: str, name: str) -> list[FaultRule]:
        """What strikes a job or an endpoint in the background."""
        return list(self._struck(action, name, BACKGROUND_FAULTS))

    def _struck(
        self, action: str, resource: str, kinds: tuple[str, ...], access_key: str = ""
    ) -> Iterator[FaultRule]:
        with self._lock:
            self._reload()
            struck = [
                one.rule
                for one in self._counted
                if one.rule.fault in kinds
                and one.rule.matches(action, resource, access_key)
                and one.strikes()
            ]
        yield from struck

    def _reload(self) -> None:
        if self._path is None:
            return
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._counted = None, []
            return
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._counted = [_Counted(rule) for rule in read_rules(self._path.read_text())]
            self._stamp = stamp


class _Counted:
    """A rule, how often it was asked, and how often it struck."""

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self._asked = 0
        self._struck = 0
        self._chance = random.Random(f"{rule}")  # noqa: S311

    def strikes(self) -> bool:
        self._asked += 1
        if self._asked <= self.rule.after or self._struck == self.rule.times:
            return False
        if self._chance.random() >= self.rule.share:
            return False
        self._struck += 1
        return True


def _refusal(fault: str, service: str) -> AwsError:
    s3 = service == "s3"
    sage_maker = service == "sagemaker"
    if fault == "throttle":
        if s3:
            return AwsError("SlowDown", "Please reduce your request rate.", 503)
        return AwsError("ThrottlingException" if sage_maker else "Throttling", "Rate exceeded")
    if fault == "error":
        code = "InternalError" if s3 else "InternalFailure"
        return AwsError(code, "We encountered an internal error. Please try again.", 500)
    if fault == "expired":
        code = "ExpiredTokenException" if sage_maker else "ExpiredToken"
        return AwsError(
            code, "The security token included in the request is expired", 400 if sage_maker else 403
        )
    if fault == "denied":
        return AwsError("AccessDeniedException" if sage_maker else "AccessDenied", "Access Denied", 403)
    return AwsError(
        "ResourceLimitExceeded",
        "The account-level service limit for this instance type is reached. Use AWS Service Quotas to "
        "request an increase.",
    )
