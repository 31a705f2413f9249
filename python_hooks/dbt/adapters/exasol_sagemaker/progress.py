"""What a terminal shows while something is waited for: a line when there is news, not one a look."""

from __future__ import annotations

from collections.abc import Iterable

from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

from exasol_sagemaker.batch import BatchPlan
from exasol_sagemaker.endpoint import Deployment


def say(message: str) -> None:
    """A line on the terminal and in dbt's log."""
    fire_event(Note(msg=message), level=EventLevel.INFO)


def remark(message: str) -> None:
    """A line in dbt's log only."""
    fire_event(Note(msg=message), level=EventLevel.DEBUG)


def warn(message: str) -> None:
    """A warning on the terminal and in dbt's log."""
    fire_event(Note(msg=f"WARNING: {message}"), level=EventLevel.WARN)


def follow_endpoint(watched: Iterable[Deployment], seen: list[Deployment]) -> None:
    """Wait until an endpoint is settled, and say so whenever its status changes.

    Args:
        seen: Gets each state that is seen, also if the wait ends in an error.
    """
    shown = ""
    for last in watched:
        seen.append(last)
        if last.status != shown:
            say(f"endpoint {last.endpoint_name}: {last.status}")
            shown = last.status


def follow_transforms(watched: Iterable[BatchPlan]) -> BatchPlan:
    """Wait for transform jobs, and say so whenever one of them changes its status."""
    shown = ""
    last: BatchPlan | None = None
    for last in watched:
        line = transforms_line(last)
        if line != shown:
            say(line)
            shown = line
    if last is None:
        raise RuntimeError("watched transform jobs always have a last state")
    return last


def transforms_line(plan: BatchPlan) -> str:
    """`risk_predictions: 1 of 3 transform jobs completed, running: risk-1a2b3c4d, risk-5e6f7a8b`."""
    done = sum(one.status == "Completed" for one in plan.transforms)
    parts = [f"{done} of {len(plan.chunks)} transform jobs completed"]
    for label, jobs in (("running", plan.running), ("failed", plan.failed)):
        if jobs:
            parts.append(f"{label}: {', '.join(one.name for one in jobs)}")
    return f"{plan.name}: {', '.join(parts)}"


def duration(seconds: float) -> str:
    """Seconds as `8s`, `2m 10s` or `1h 5m`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60}s"
    return f"{whole // 3600}h {whole % 3600 // 60}m"
