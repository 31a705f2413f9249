"""A second `dbt build` with nothing changed, against plain dbt-exasol projects with as many nodes.

Once the credit-risk project, once 20 models, 20 endpoints and 20 prediction UDFs against 60 tables. Each pair
runs on one sandbox, with the same data, in processes of their own, in turns.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.generated_projects import (
    PLAIN,
    REPOSITORY,
    Project,
    copy_project,
    life_cycles,
    load_applications,
    plain_chains,
)
from benchmarks.harness import RATIO, Figure, sandbox, side_by_side

ROWS = 2000
REPEATS = 5
LIFE_CYCLES = 20


def run() -> list[Figure]:
    """Build each project once, then again and again."""
    return [_credit_risk(), _many()]


def _credit_risk() -> Figure:
    with sandbox() as state, tempfile.TemporaryDirectory(prefix="benchmark-dbt-") as scratch:
        load_applications(state, ROWS)
        ours = copy_project(REPOSITORY / "integration_tests", Path(scratch, "ours"), state)
        (ours.folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
        ours.dbt("deps")
        plain = copy_project(PLAIN, Path(scratch, "plain"), state)
        quick = ("--vars", "{max_candidates: 2, max_runtime_seconds: 60}")
        return _compare("no-op dbt build against plain dbt-exasol", ours, plain, *quick)


def _many() -> Figure:
    with sandbox() as state, tempfile.TemporaryDirectory(prefix="benchmark-dbt-") as scratch:
        load_applications(state, ROWS)
        ours = life_cycles(Path(scratch, "ours"), state, LIFE_CYCLES, deployed=True)
        plain = plain_chains(Path(scratch, "plain"), state, LIFE_CYCLES)
        return _compare(
            f"the same, {LIFE_CYCLES} models, endpoints and UDFs against {3 * LIFE_CYCLES} tables",
            ours,
            plain,
        )


def _compare(name: str, ours: Project, plain: Project, *options: str) -> Figure:
    ours.dbt("build", *options)
    plain.dbt("build")
    medians = side_by_side(
        REPEATS, 1, ours=lambda: ours.dbt("build", *options), plain=lambda: plain.dbt("build")
    )
    note = f"ours {medians['ours']:.2f} s, plain {medians['plain']:.2f} s"
    return Figure(name, medians["ours"] / medians["plain"], RATIO, 1.3, note=note)
