"""A dbt project with a model per question, built once, and tables whose rows a test may set."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
import pyexasol
import pytest
from dbt.cli.main import dbtRunner
from dbt_process import run_dbt
from pyexasol.data_types import convert_websocket_to_python

from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[3]

TABLES = {
    "binary_predictions": "id decimal(18), prediction decimal(1), probability double",
    "binary_truth": "id decimal(18), target decimal(1), region varchar(20), is_new boolean",
    "text_predictions": "id decimal(18), prediction varchar(20), probability decimal(18, 4)",
    "text_truth": "id decimal(18), target varchar(20), region varchar(20)",
    "boolean_predictions": "id decimal(18), prediction boolean, probability double",
    "boolean_truth": "id decimal(18), target boolean",
    "class_predictions": "id decimal(18), prediction varchar(20), p_high double, p_low double, p_mid double",
    "class_truth": "id decimal(18), target varchar(20), region varchar(20)",
    "number_predictions": "id decimal(18), prediction double",
    "number_truth": "id decimal(18), target decimal(18, 2), region varchar(20)",
    "paired_predictions": "shop varchar(10), day_no decimal(9), prediction decimal(18, 2)",
    "paired_truth": "shop varchar(10), day_no decimal(9), target decimal(18, 2)",
}

BINARY = "evaluate(source('scored', 'binary_predictions'), source('scored', 'binary_truth'), 'target', 'id'"
TEXT = BINARY.replace("binary_", "text_")
BOOLEAN = BINARY.replace("binary_", "boolean_")
CLASSES = BINARY.replace("binary_", "class_")
NUMBERS = BINARY.replace("binary_", "number_")
PAIRED = BINARY.replace("binary_", "paired_").replace("'id'", "['shop', 'day_no']")
PROBABILITIES = "probabilities={'low': 'p_low', 'mid': 'p_mid', 'high': 'p_high'}"
QUALIFIED = PROBABILITIES.replace("'p_", "'predictions.p_")

MODELS = {
    "two_labels": f"{BINARY}, 'BinaryClassification')",
    "two_labels_sliced": f"{BINARY}, 'BinaryClassification', by=['region', 'truth.is_new'])",
    "two_labels_where": f"{BINARY}, 'BinaryClassification', where=\"region = 'north' or region = 'south'\")",
    "two_labels_groups": f"{BINARY}, 'BinaryClassification', positive_label=1, by='region')",
    "two_labels_flipped": f"{BINARY}, 'BinaryClassification', positive_label=0)",
    "text_labels": f"{TEXT}, 'BinaryClassification', by='region')",
    "text_labels_chosen": f"{TEXT}, 'BinaryClassification', positive_label=\"it's good\")",
    "boolean_labels": f"{BOOLEAN}, 'BinaryClassification', positive_label=true)",
    "boolean_labels_default": f"{BOOLEAN}, 'BinaryClassification')",
    "classes": f"{CLASSES}, 'MulticlassClassification', {PROBABILITIES})",
    "classes_sliced": f"{CLASSES}, 'MulticlassClassification', {QUALIFIED}, by='region')",
    "classes_plain": f"{CLASSES}, 'MulticlassClassification')",
    "numbers": f"{NUMBERS}, 'Regression')",
    "numbers_sliced": f"{NUMBERS}, 'Regression', by='region')",
    "paired": f"{PAIRED}, 'Regression')",
    "paired_by_key": f"{PAIRED}, 'Regression', by='shop')",
    "matrix": f"{CLASSES.replace('evaluate', 'confusion_matrix')})",
    "matrix_sliced": f"{CLASSES.replace('evaluate', 'confusion_matrix')}, by='region')",
    "bins": f"{BINARY.replace('evaluate', 'calibration')})",
    "bins_sliced": f"{BINARY.replace('evaluate', 'calibration')}, bins=7, by=['region'])",
    "bins_fine": f"{BINARY.replace('evaluate', 'calibration')}, bins=100, positive_label=1)",
}


@dataclass
class Evaluations:
    """A project whose models are calls of the macros, with their SQL as dbt compiled it."""

    folder: Path
    environment: Mapping[str, str]
    schema: str
    database: pyexasol.ExaConnection

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a dbt command in a process of its own."""
        return run_dbt("--no-use-colors", *arguments, cwd=self.folder, env=self.environment)

    def write_model(self, name: str, call: str) -> None:
        """Add a model that is one call of a macro."""
        (self.folder / "models" / f"{name}.sql").write_text(f"{{{{ exasol_sagemaker.{call} }}}}\n")

    def sql(self, model: str) -> str:
        """A model's SQL as a user sees it in target/compiled."""
        return (self.folder / "target" / "compiled" / "evaluations" / "models" / f"{model}.sql").read_text()

    def fill(self, table: str, rows: pd.DataFrame | Sequence[Sequence[Any]]) -> None:
        """Set the rows of a table."""
        self.database.execute(f"delete from {self.schema}.{table}")
        if len(rows):
            values = rows.itertuples(index=False) if isinstance(rows, pd.DataFrame) else rows
            self.database.import_from_iterable(
                (tuple(None if pd.isna(value) else value for value in row) for row in values),
                (self.schema, table.upper()),
            )

    def ask(self, model: str) -> list[dict[str, Any]]:
        """What a model's SQL gives on the rows of now."""
        return list(self.database.execute(self.sql(model)))


@pytest.fixture(scope="session")
def evaluations(sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluations]:
    """All models, built once by dbt on empty tables."""
    folder = tmp_path_factory.mktemp("evaluations")
    schema = f"scored_{uuid4().hex[:8]}"
    (folder / "dbt_project.yml").write_text(
        "name: evaluations\nversion: 1.0.0\nprofile: exasol_sagemaker\nmodels: {+materialized: table}\n"
    )
    (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
    (folder / "profiles.yml").write_text((REPOSITORY / "integration_tests" / "profiles.yml").read_text())
    (folder / "models").mkdir()
    sources = [{"name": "scored", "schema": schema, "tables": [{"name": table} for table in TABLES]}]
    (folder / "models" / "sources.yml").write_text(json.dumps({"sources": sources}))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
    environment = {
        **kept,
        **sandbox.environment(),
        "EXASOL_SCHEMA": schema,
        "DBT_PROFILES_DIR": str(folder),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    with pyexasol.connect(
        dsn=sandbox.dsn,
        user=sandbox.user,
        password=sandbox.password,
        fetch_dict=True,
        lower_ident=True,
        fetch_mapper=convert_websocket_to_python,
    ) as database:
        database.execute(f"create schema {schema}")
        for table, columns in TABLES.items():
            database.execute(f"create table {schema}.{table} ({columns})")
        project = Evaluations(folder, environment, schema, database)
        for name, call in MODELS.items():
            project.write_model(name, call)
        for arguments in (["deps"], ["run", "--threads", "4"]):
            done = project.dbt(*arguments)
            assert done.returncode == 0, done.stdout + done.stderr
        yield project
        database.execute(f"drop schema {schema} cascade")


@pytest.fixture
def refused(evaluations: Evaluations, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """What dbt says when it reads a model whose call is wrong."""
    for name, value in evaluations.environment.items():
        monkeypatch.setenv(name, value)
    path = evaluations.folder / "models" / "wrong.sql"

    def refused(call: str) -> str:
        evaluations.write_model("wrong", call)
        done = dbtRunner().invoke(["--quiet", "parse", "--project-dir", str(evaluations.folder)])
        assert not done.success
        return " ".join(str(done.exception).split())

    yield refused
    path.unlink(missing_ok=True)
