"""What the demo shows when it is through."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from exasol_sagemaker.demo.lineage import Lineage
from exasol_sagemaker.demo.scores import Score, ScoredRow

SHOWN_CANDIDATES = 5
_LIFE_CYCLE = {
    "source": "data in Exasol",
    "seed": "data in Exasol",
    "autopilot_model": "SageMaker Autopilot",
    "sagemaker_endpoint": "SageMaker endpoint",
    "prediction_udf": "function in Exasol",
}


def show_job(console: Console, job: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> None:
    """The training job, its best candidate with all metrics, and the best of the others.

    Args:
        console: where to.
        job: row of the autopilot_model's table, by lower-case column name.
        candidates: as ListCandidatesForAutoMLJob gives them.
    """
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("job", job["job_name"]),
        ("status", job["status"]),
        ("problem type", job["problem_type"]),
        ("trained on", f"{int(job['row_count']):,} rows"),
        ("best candidate", job["best_candidate"]),
        ("its metrics", _metrics(job["metrics"])),
    ):
        facts.add_row(f"[dim]{name}[/]", Text(str(value)))
    console.print(
        Panel(Group(facts, Text(), _leaderboard(job, candidates)), title="The job", title_align="left")
    )


def _metrics(metrics: str | None) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in json.loads(metrics or "{}").items())


def _leaderboard(job: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> Table:
    tried = [candidate for candidate in candidates if candidate.get("FinalAutoMLJobObjectiveMetric")]
    higher_is_better = [
        candidate["FinalAutoMLJobObjectiveMetric"].get("Type", "Maximize") == "Maximize"
        for candidate in tried
    ]
    tried.sort(key=_objective, reverse=all(higher_is_better))
    board = Table(box=None, padding=(0, 2), header_style="dim")
    board.add_column(f"best of {len(candidates)} candidates", no_wrap=True)
    board.add_column(str(job["objective"]), justify="right")
    board.add_column("seconds", justify="right")
    for candidate in tried[:SHOWN_CANDIDATES]:
        ended, created = candidate.get("EndTime"), candidate["CreationTime"]
        board.add_row(
            candidate["CandidateName"],
            f"{_objective(candidate):.4f}",
            f"{(ended - created).total_seconds():.1f}" if ended else "",
        )
    return board


def _objective(candidate: Mapping[str, Any]) -> float:
    return float(candidate["FinalAutoMLJobObjectiveMetric"]["Value"])


def show_predictions(
    console: Console,
    rows: Sequence[ScoredRow],
    *,
    key: str,
    target: str,
    total: int,
    scores: Sequence[Score],
    held_out: str,
) -> None:
    """A few predicted rows, and how good all of them are.

    Args:
        console: where to.
        rows: to show.
        key: name of the key.
        target: name of the target.
        total: how many there are.
        scores: on all rows whose truth is known.
        held_out: the rule by which they were kept from training, in words.
    """
    table = Table(box=None, padding=(0, 2), header_style="dim")
    table.add_column(key, justify="right")
    table.add_column("PREDICTION", justify="right")
    with_probability = any(row.probability is not None for row in rows)
    if with_probability:
        table.add_column("PROBABILITY", justify="right")
    table.add_column(f"true {target}", justify="right")
    for row in rows:
        cells = [str(row.key), _plain(row.prediction)]
        if with_probability:
            cells.append("" if row.probability is None else f"{row.probability:.4f}")
        table.add_row(*cells, _plain(row.truth))
    quality = Text("\n").join(
        Text.assemble(
            (f"{score.name} {score.value:.4f}", "bold green"),
            f" on {score.rows:,} rows that training never saw ({held_out})",
        )
        for score in scores
    )
    title = f"{len(rows)} of {total:,} predicted rows"
    console.print(Panel(Group(table, Text(), quality), title=title, title_align="left"))


def _plain(value: Any) -> str:
    return "NULL" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def show_lineage(console: Console, lineage: Lineage) -> None:
    """The life cycle as a tree, from data to predictions; a node stands under the last that it waits for."""
    parents = lineage.deepest_parents()
    trees = []
    for root in lineage.roots():
        tree = Tree(_label(lineage, root), guide_style="dim")
        _grow(tree, root, lineage, parents)
        trees.append(tree)
    console.print(Panel(Group(*trees), title="The lineage, as dbt has it", title_align="left"))


def _grow(tree: Tree, node: str, lineage: Lineage, parents: Mapping[str, str]) -> None:
    for child in lineage.children.get(node, ()):
        if parents[child] == node:
            others = [its for its in lineage.parents(child) if its != node]
            also = f", reads {', '.join(lineage.names[its] for its in others)} too" if others else ""
            _grow(tree.add(_label(lineage, child) + Text(also, style="dim")), child, lineage, parents)


def _label(lineage: Lineage, node: str) -> Text:
    kind = lineage.kinds[node]
    what = _LIFE_CYCLE.get(kind)
    return Text.assemble(
        (lineage.names[node], "bold" if what else ""), (f"  {kind}{f': {what}' if what else ''}", "dim")
    )


def show_phases(console: Console, phases: Mapping[str, float], rows_per_second: float) -> None:
    """Where the time went, in seconds by phase."""
    table = Table.grid(padding=(0, 2))
    for name, seconds in phases.items():
        table.add_row(f"[dim]{name}[/]", Text(f"{seconds:.1f} s", justify="right"))
    table.add_row("total", Text(f"{sum(phases.values()):.1f} s", justify="right"))
    speed = Text(f"Predictions came at {rows_per_second:,.0f} rows/s.", style="dim")
    console.print(Panel(Group(table, speed), title="The time", title_align="left"))


def show_next(console: Console, steps: Mapping[str, str]) -> None:
    """What to do next: commands, each on a line of its own to be copied, and what it is for."""
    console.print("\n[bold]What to do next[/]")
    for command, purpose in steps.items():
        console.print(Text.assemble((f"  # {purpose}\n", "dim"), (f"  {command}", "cyan")), soft_wrap=True)
