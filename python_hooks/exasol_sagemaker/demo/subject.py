"""What a demo is about: its rows, where they go, and the dbt project that learns from them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pyexasol import ExaConnection

from exasol_sagemaker.cli.resources import dbt_package_path, demo_project_path
from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sagemaker.demo.dataset import CsvDataset, every_fifth
from exasol_sagemaker.demo.project import ProjectPlan, project_name, render_project, write_project

MAX_CANDIDATES = 10
MAX_RUNTIME_SECONDS = 600
MAX_LABELS = 20


@dataclass(frozen=True)
class Subject:
    """A demo's data and project.

    Args:
        rows: how many there are.
        schema: of the table they are loaded into.
        table: they are loaded into.
        columns: name and type of each, in order.
        load: puts the rows into the table.
        key: name of the key column.
        target: name of the target column.
        held_out: which rows are kept from training, in words.
        model: name of the autopilot_model.
        predictions: name of the model with the predictions.
        write_project: puts the dbt project into a folder.
    """

    rows: int
    schema: str
    table: str
    columns: dict[str, str]
    load: Callable[[ExaConnection], None]
    key: str
    target: str
    held_out: str
    model: str
    predictions: str
    write_project: Callable[[Path], None]

    @property
    def relation(self) -> str:
        """The table, quoted."""
        return f'"{self.schema}"."{self.table}"'

    def write(self, folder: Path) -> None:
        """Write the dbt project, with its package in place as `dbt deps` would put it."""
        self.write_project(folder)
        packages = folder / "dbt_packages"
        packages.mkdir()
        (packages / "exasol_sagemaker").symlink_to(dbt_package_path(), target_is_directory=True)

    def create(self, database: ExaConnection) -> None:
        """Create the table and load the rows."""
        columns = ", ".join(f'"{name}" {sql_type}' for name, sql_type in self.columns.items())
        database.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
        database.execute(f"CREATE OR REPLACE TABLE {self.relation} ({columns})")
        self.load(database)
        database.commit()


def credit_subject(rows: int) -> Subject:
    """Generated credit applications, and the project in `integration_tests/`."""
    schema, table = "CREDIT", "APPLICATIONS"
    return Subject(
        rows=rows,
        schema=schema,
        table=table,
        columns=dict(COLUMN_TYPES),
        load=lambda database: database.import_from_pandas(credit_applications(rows), (schema, table)),
        key="SK_ID_CURR",
        target="TARGET",
        held_out=every_fifth("SK_ID_CURR", "SK_ID_CURR").words,
        model="credit_risk_autopilot",
        predictions="credit_risk_predictions",
        write_project=_copy_demo_project,
    )


def csv_subject(data: CsvDataset) -> Subject:
    """A user's CSV, and a project from the template."""
    name = project_name(data.file.path.stem)
    schema, table = "LANDING", f"{name.upper()}_ROWS"
    problem_type, objective = _problem(data)
    learned = (data.key, data.target)
    plan = ProjectPlan(
        name=name,
        package=dbt_package_path(),
        # A file may be called as a word that Exasol keeps to itself, such as order.csv.
        schema=f"{name}_ml",
        relation=f"source('landing', '{table}')",
        key=data.key.name,
        target=data.target.name,
        target_sql=f'"{data.target.name}"',
        features=[f'"{column.name}"' for column in data.file.columns if column not in learned],
        hold_out=data.hold_out.sql,
        hold_out_words=data.hold_out.words,
        problem_type=problem_type,
        objective=objective,
        max_candidates=MAX_CANDIDATES,
        max_runtime_seconds=MAX_RUNTIME_SECONDS,
        source=(schema, table),
    )
    return Subject(
        rows=len(data.file.records),
        schema=schema,
        table=table,
        columns={column.name: column.type.sql for column in data.file.columns},
        load=lambda database: database.import_from_iterable(data.file.rows(), (schema, table)),
        key=data.key.name,
        target=data.target.name,
        held_out=data.hold_out.words,
        model=f"{name}_model",
        predictions=f"{name}_predictions",
        write_project=lambda folder: write_project(folder, render_project(plan)),
    )


def _problem(data: CsvDataset) -> tuple[str, str]:
    labels = {value for value in data.file.values(data.target) if value is not None}
    if len(labels) == 2:
        return "BinaryClassification", "AUC"
    if data.target.type.kind == "text" or (data.target.type.kind == "integer" and len(labels) <= MAX_LABELS):
        return "MulticlassClassification", "Accuracy"
    return "Regression", "RMSE"


def _copy_demo_project(folder: Path) -> None:
    leftovers = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "package-lock.yml", ".*")
    shutil.copytree(demo_project_path(), folder, ignore=leftovers, dirs_exist_ok=True)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {dbt_package_path()}\n", encoding="utf-8")
