"""Kill -9 at random moments of a life cycle, and run again: is there exactly one job and one endpoint?

Half of the moments are just before or after a random request to AWS, half are random in time, so that they
also strike in the database, in the export and between two requests. Each life cycle is a process of its own,
the one that the tests use.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import boto3

from benchmarks.generated_projects import REPOSITORY, load_applications
from benchmarks.harness import Figure, sandbox
from exasol_sagemaker import AwsSession, SageMakerSettings, teardown
from exasol_sandbox.state import SandboxState

LIFE_CYCLE = REPOSITORY / "integration_tests" / "suites" / "faults" / "life_cycle_process.py"
QUERY = "SELECT TARGET, AMT_CREDIT, AMT_INCOME_TOTAL, CODE_GENDER FROM CREDIT.APPLICATIONS"
ROWS = 1000
TIMES = 50
MOST_LIVES = 150
SEED = 1
EXPECTED = ["endpoint", "endpoint configuration", "model", "training job"]


def run() -> list[Figure]:
    """Two undisturbed life cycles, whose second says how many requests and seconds one takes, then others.

    A moment that a life cycle does not live to see is drawn again.
    """
    chance = random.Random(SEED)
    with sandbox() as state:
        load_applications(state, ROWS)
        session = _session(state)
        for project in ("warm-up", "undisturbed"):
            start = time.monotonic()
            requests = int(_finished(_begin(state, project))["requests"])
            lasted = time.monotonic() - start
            teardown(session, project=project, target="test")
        right, struck, lives, wrong = 0, 0, 0, []
        while struck < TIMES and lives < MOST_LIVES:
            project = f"killed-{lives}"
            moment, died = _die(state, project, chance, requests, lasted, by_request=lives % 2 == 0)
            lives += 1
            problem = _problem(state, session, project)
            struck += died
            right += died and problem is None
            if problem:
                wrong.append(f"{moment}: {problem}")
            teardown(session, project=project, target="test")
    note = f"{lives - struck} more had ended before their moment; {'; '.join(wrong) or 'none went wrong'}"
    return [Figure("killed and run again: right", right, f"of {struck}", TIMES, True, note)]


def _die(
    state: SandboxState,
    project: str,
    chance: random.Random,
    requests: int,
    lasted: float,
    *,
    by_request: bool,
) -> tuple[str, bool]:
    """Let a life cycle die at a random moment. Gives the moment, and whether it lived until then."""
    if by_request:
        side, which = chance.choice(["before", "after"]), chance.randint(1, requests)
        process = _begin(state, project, "--die", side, str(which))
        moment = f"{side} request {which}"
    else:
        process = _begin(state, project)
        at = chance.uniform(0.0, lasted)
        _kill_after(process, at)
        moment = f"{at:.1f} s"
    process.communicate()
    return moment, process.returncode == -signal.SIGKILL


def _problem(state: SandboxState, session: AwsSession, project: str) -> str | None:
    """What is wrong after a second run; None if it ends with one of each and no other."""
    second = _begin(state, project)
    _, errors = second.communicate()
    if second.returncode:
        return errors.strip().splitlines()[-1]
    found = teardown(session, project=project, target="test", dry_run=True)
    kinds = sorted(item.kind for item in found if item.kind != "objects")
    return None if kinds == EXPECTED else ", ".join(f"{item.kind} {item.name}" for item in found)


def _session(state: SandboxState) -> AwsSession:
    settings = SageMakerSettings(
        s3_uri=state.s3_uri, region=state.aws_region, endpoint_url=state.aws_endpoint_url
    )
    source = boto3.session.Session(state.aws_access_key_id, state.aws_secret_access_key)
    return AwsSession(settings, source)


def _begin(state: SandboxState, project: str, *arguments: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EXASOL_"))}
    return subprocess.Popen(
        [sys.executable, str(LIFE_CYCLE), project, QUERY, *arguments],
        env=kept | state.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _kill_after(process: subprocess.Popen[str], delay: float) -> None:
    try:
        process.wait(delay)
    except subprocess.TimeoutExpired:
        process.kill()


def _finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"the life cycle failed:\n{errors}")
    found: dict[str, Any] = json.loads(out)
    return found
