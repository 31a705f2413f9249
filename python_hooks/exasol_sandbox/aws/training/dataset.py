"""From files in the bucket to training and validation rows, with Autopilot's checks."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.tabular.columns import to_numbers
from exasol_sandbox.aws.tabular.csv_table import TableError, read_header, read_rows
from exasol_sandbox.aws.tabular.features import FeatureChoice
from exasol_sandbox.aws.tabular.predictor import REGRESSION
from exasol_sandbox.aws.training.errors import DatasetError
from exasol_sandbox.aws.training.feature_specification import read_choice

# "Autopilot quotas" and "datasets and problem types" in the SageMaker developer guide.
MIN_ROWS = 500
VALIDATION_FRACTION = 0.2
# Whole numbers with at most this many values are classes, more are amounts.
MAX_NUMERIC_CLASSES = 20
SEED = 20_240_229


@dataclass(frozen=True)
class Rows:
    """Some rows: features as text, the target as class numbers or values, and weights if there are any."""

    features: pa.Table
    target: NDArray[np.float64]
    weights: NDArray[np.float64] | None

    def take(self, chosen: NDArray[np.intp]) -> Rows:
        """Some of these rows."""
        weights = None if self.weights is None else self.weights[chosen]
        return Rows(self.features.take(pa.array(chosen)), self.target[chosen], weights)


@dataclass(frozen=True)
class Dataset:
    """What to train on and what to validate with.

    Attributes:
        labels: Texts of the classes, in order; empty for regression.
        choice: Which columns to learn from, and what they are.
    """

    problem_type: str
    labels: list[str]
    training: Rows
    validation: Rows
    choice: FeatureChoice = field(default_factory=FeatureChoice)

    @property
    def encoder_targets(self) -> NDArray[np.float64]:
        """The target as `fit_features` wants it."""
        target = self.training.target
        if not self.labels:
            return target[:, None]
        return np.column_stack([target == index for index in range(1, len(self.labels))]).astype(np.float64)


def load_dataset(s3: S3Files, request: dict[str, Any]) -> Dataset:
    """Reads and checks the channels of a job.

    Raises:
        DatasetError: With what Autopilot would refuse.
        S3Error: When objects cannot be read.
    """
    config = request["AutoMLProblemTypeConfig"]["TabularJobConfig"]
    channels = {
        c.get("ChannelType", "training"): read_channel(s3, c) for c in request["AutoMLJobInputDataConfig"]
    }
    table = _with_target(channels["training"], config["TargetAttributeName"])
    if table.num_rows < MIN_ROWS:
        raise DatasetError(
            f"The dataset has {table.num_rows} rows with a target; Autopilot needs at least {MIN_ROWS}. "
            "Provide more rows."
        )
    target = table.column(config["TargetAttributeName"])
    problem_type, labels = _problem(target, config.get("ProblemType"))
    rows = _rows(table, config, labels)
    choice = read_choice(s3, config, rows.features)
    if "validation" in channels:
        checked = _with_target(channels["validation"], config["TargetAttributeName"])
        if checked.column_names != table.column_names:
            raise DatasetError(
                "The validation channel must have the columns of the training channel, in that order."
            )
        return Dataset(problem_type, labels, rows, _rows(checked, config, labels), choice)
    fraction = request.get("DataSplitConfig", {}).get("ValidationFraction", VALIDATION_FRACTION)
    training, validation = _split(rows, fraction, stratified=bool(labels))
    return Dataset(problem_type, labels, training, validation, choice)


def read_channel(s3: S3Files, channel: dict[str, Any]) -> pa.Table:
    """All rows of a channel, every column as text.

    Raises:
        DatasetError: There are none, or they are no CSV or Parquet of one header.
        S3Error: When objects cannot be read.
    """
    source = channel["DataSource"]["S3DataSource"]
    uri = source["S3Uri"]
    files = s3.list(uri) if source["S3DataType"] == "S3Prefix" else _manifest(s3, uri)
    if not files:
        raise DatasetError(
            f"No data found at {uri}: check the prefix, and that the export before it wrote rows."
        )
    parquet = "parquet" in channel.get("ContentType", "")
    tables = [_read_parquet(s3, file) if parquet else _read_csv(s3, file) for file in files]
    names = tables[0].column_names
    for file, table in zip(files, tables, strict=True):
        if table.column_names != names:
            raise DatasetError(
                f"{file} has other columns than {files[0]}: all files must have the same header."
            )
    return pa.concat_tables(tables)


def _manifest(s3: S3Files, uri: str) -> list[str]:
    entries = json.loads(s3.read(uri))
    if not isinstance(entries, list) or not entries or "prefix" not in entries[0]:
        raise DatasetError(f"{uri} is no manifest: a JSON list of a prefix and file names is needed.")
    return [entries[0]["prefix"] + name for name in entries[1:]]


def _read_csv(s3: S3Files, uri: str) -> pa.Table:
    data = s3.read(uri)
    try:
        names = read_header(data)
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise TableError(f"the header has columns twice: {', '.join(repeated)}")
        return read_rows(data, names, header=True)
    except TableError as error:
        raise DatasetError(f"{uri} cannot be read as CSV: {error}.") from error


def _read_parquet(s3: S3Files, uri: str) -> pa.Table:
    try:
        table = pq.read_table(BytesIO(s3.read(uri)))
        return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
    except pa.ArrowInvalid as error:
        raise DatasetError(f"{uri} cannot be read as Parquet: {error}.") from error


def _with_target(table: pa.Table, target: str) -> pa.Table:
    if target not in table.column_names:
        raise DatasetError(
            f"Target column {target!r} is not in the dataset. Its columns are "
            f"{', '.join(table.column_names)}."
        )
    return table.filter(pc.is_valid(table.column(target)))


def _problem(target: pa.ChunkedArray, wanted: str | None) -> tuple[str, list[str]]:
    values = [str(value) for value in pc.unique(target).to_pylist()]
    if len(values) < 2:
        raise DatasetError(
            f"The target column has {len(values)} distinct value; at least 2 are needed to learn from."
        )
    numbers = to_numbers(target)
    numeric = not np.isnan(numbers).any()
    if wanted is None:
        whole = numeric and bool((numbers == np.round(numbers)).all())
        if len(values) == 2:
            wanted = "BinaryClassification"
        elif numeric and not (whole and len(values) <= MAX_NUMERIC_CLASSES):
            wanted = REGRESSION
        else:
            wanted = "MulticlassClassification"
    if wanted == REGRESSION:
        if not numeric:
            raise DatasetError(
                "The problem type is Regression, but the target column has values that are no numbers."
            )
        return wanted, []
    if wanted == "BinaryClassification" and len(values) != 2:
        raise DatasetError(
            f"The problem type is BinaryClassification, but the target column has {len(values)} "
            "distinct values."
        )
    labels = sorted(values, key=float) if numeric else sorted(values)
    counts = {str(entry["values"]): entry["counts"] for entry in pc.value_counts(target).to_pylist()}
    rare = [label for label in labels if counts[label] < 2]
    if rare:
        raise DatasetError(
            f"{len(rare)} target values occur only once, such as {rare[0]!r}: each class needs at "
            "least 2 rows. "
            "Group rare classes, or set the problem type to Regression if the target is an amount."
        )
    return wanted, labels


def _rows(table: pa.Table, config: dict[str, Any], labels: list[str]) -> Rows:
    name, weight = config["TargetAttributeName"], config.get("SampleWeightAttributeName")
    column = table.column(name)
    if labels:
        codes = pc.index_in(column, pa.array(labels))
        if codes.null_count:
            raise DatasetError("The validation channel has target values that the training channel has not.")
        target = codes.to_numpy().astype(np.float64)
    else:
        target = to_numbers(column)
        if np.isnan(target).any():
            raise DatasetError("The target column of the validation channel has values that are no numbers.")
    weights = None
    if weight is not None:
        if weight not in table.column_names:
            raise DatasetError(f"Sample weight column {weight!r} is not in the dataset.")
        weights = to_numbers(table.column(weight))
        if np.isnan(weights).any() or (weights < 0).any():
            raise DatasetError(
                f"Sample weight column {weight!r} must hold numbers of at least 0 and no NULL."
            )
    features = table.drop_columns([name] if weight is None else [name, weight])
    if not features.column_names:
        raise DatasetError("The dataset has no column beside the target; there is nothing to learn from.")
    return Rows(features, target, weights)


def _split(rows: Rows, fraction: float, *, stratified: bool) -> tuple[Rows, Rows]:
    random = np.random.default_rng(SEED)
    held_out = np.zeros(len(rows.target), dtype=bool)
    groups = np.unique(rows.target) if stratified else [None]
    for group in groups:
        members = np.arange(len(held_out)) if group is None else np.flatnonzero(rows.target == group)
        count = min(max(round(len(members) * fraction), 1), len(members) - 1)
        held_out[random.permutation(members)[:count]] = True
    return rows.take(np.flatnonzero(~held_out)), rows.take(np.flatnonzero(held_out))
