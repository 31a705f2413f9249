"""The lineage that the demo draws from dbt's manifest."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from exasol_sagemaker.demo.lineage import Lineage, read_lineage
from exasol_sagemaker.demo.report import show_lineage


def node(name: str, kind: str, resource_type: str = "model") -> dict[str, Any]:
    return {
        "name": name,
        "resource_type": resource_type,
        "relation_name": f'"S"."{name}"',
        "config": {"materialized": kind},
    }


@pytest.fixture
def lineage(tmp_path: Path) -> Lineage:
    manifest = {
        "sources": {"s.raw": {**node("raw", "", "source"), "source_name": "landing"}},
        "nodes": {
            "m.rows": node("rows", "view"),
            "m.model": node("model", "autopilot_model"),
            "m.predictions": node("predictions", "table"),
            "m.aside": node("aside", "view"),
            "m.names": node("names", "view"),
            "t.unique": node("unique", "test", "test"),
        },
        "child_map": {
            "s.raw": ["m.rows", "m.aside"],
            "m.rows": ["m.model", "m.predictions", "t.unique"],
            "m.model": ["m.predictions"],
            "m.names": ["m.predictions"],
        },
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    return read_lineage(path)


def test_relations_are_found_by_the_name_of_the_node(lineage: Lineage) -> None:
    assert lineage.relation("predictions") == '"S"."predictions"'


def test_the_life_cycle_leaves_out_what_has_no_part_in_it(lineage: Lineage) -> None:
    part = lineage.life_cycle("model")

    assert sorted(part.names.values()) == ["landing.raw", "model", "names", "predictions", "rows"]
    assert part.roots() == ["m.names", "s.raw"]


def test_the_tree_shows_every_node_once_under_the_last_that_it_waits_for(lineage: Lineage) -> None:
    console = Console(width=100, record=True, file=io.StringIO())

    show_lineage(console, lineage.life_cycle("model"))

    lines = [line[2:-1].rstrip() for line in console.export_text().splitlines()]
    assert lines[1:-1] == [
        "names  view",
        "landing.raw  source: data in Exasol",
        "└── rows  view",
        "    └── model  autopilot_model: SageMaker Autopilot",
        "        └── predictions  table, reads names, rows too",
    ]
