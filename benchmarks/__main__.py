"""`python -m benchmarks [name …] [--json FILE]`: run all benchmarks, or those that are named."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks import (
    client_export,
    killed,
    many_sessions,
    million_rows,
    no_op_build,
    polling,
    predictions,
    queries,
    side_by_side_training,
    startup,
    transfers,
    udfs,
)
from benchmarks.harness import Figure

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "startup": startup.run,
    "queries": queries.run,
    "transfers": transfers.run,
    "udfs": udfs.run,
    "no_op_build": no_op_build.run,
    "side_by_side_training": side_by_side_training.run,
    "polling": polling.run,
    "client_export": client_export.run,
    "killed": killed.run,
    "many_sessions": many_sessions.run,
    "predictions": predictions.run,
    "million_rows": million_rows.run,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("target/benchmarks.json"),
    show_default=True,
    help="Where to write the figures.",
)
def main(names: tuple[str, ...], file: Path) -> None:
    """Measure, print a table and write it as JSON. Exits with 1 if a benchmark could not run."""
    console = Console()
    figures: list[Figure] = []
    failed = False
    for name in names or BENCHMARKS:
        console.print(f"[dim]{name} …[/dim]")
        try:
            figures += BENCHMARKS[name]()
        except Exception:
            console.print_exception(max_frames=4)
            failed = True
    console.print(_table(figures))
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    file.parent.mkdir(parents=True, exist_ok=True)
    measured = [asdict(figure) | {"met": figure.met} for figure in figures]
    file.write_text(json.dumps({"machine": machine, "figures": measured}, indent=2) + "\n")
    console.print(f"written to {file}")
    sys.exit(1 if failed else 0)


def _table(figures: list[Figure]) -> Table:
    table = Table("figure", "measured", "promised", "", "note")
    for figure in figures:
        promised = (
            "" if figure.target is None else f"{'≥' if figure.at_least else '≤'} {_number(figure.target)}"
        )
        met = {None: "", True: "[green]met[/green]", False: "[red]missed[/red]"}[figure.met]
        table.add_row(figure.name, f"{_number(figure.value)} {figure.unit}", promised, met, figure.note)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
