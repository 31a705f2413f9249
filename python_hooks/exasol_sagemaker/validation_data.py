"""A validation set of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from exasol_sagemaker.columns import Column
from exasol_sagemaker.errors import TrainingDataError
from exasol_sagemaker.training_data import TrainingData, profile, read_columns

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_KINDS = (
    ("number", ("DECIMAL", "DOUBLE")),
    ("text", ("VARCHAR", "CHAR", "HASHTYPE")),
    ("date or time", ("DATE", "TIMESTAMP")),
    ("boolean", ("BOOLEAN",)),
)


def read_validation(
    database: ExaConnection, query: str, columns: tuple[Column, ...], target: Column, *, node: str
) -> TrainingData:
    """What a validation query returns in the columns of the training data.

    Columns are found by their names, whatever their order; further ones are left out.

    Raises:
        TrainingDataError: A column is missing or of another kind, or there is no row to validate on.
    """
    check_validation_columns(columns, read_columns(database, query, node=node), node=node)
    data = profile(database, query, columns, target, node=node)
    if data.row_count == 0 or data.target_values == 0:
        raise TrainingDataError(
            "The validation set has no row"
            if data.row_count == 0
            else f"The target {target.name} is NULL in all rows of the validation set",
            node=node,
            hint="Check the filters of the validation query.",
        )
    return data


def check_validation_columns(columns: Sequence[Column], found: Sequence[Column], *, node: str) -> None:
    """See that a validation set has the columns that are trained on.

    Raises:
        TrainingDataError: One is missing, or of another kind.
    """
    by_name = {column.name: column for column in found}
    missing = [column.name for column in columns if column.name not in by_name]
    if missing:
        near = get_close_matches(missing[0], by_name, n=1, cutoff=0.6)
        raise TrainingDataError(
            f"The validation set lacks columns: {', '.join(missing)}",
            node=node,
            why="Autopilot validates on the columns that it trains on.",
            hint=f"Did you mean {near[0]!r} where it says {missing[0]!r}?"
            if near
            else "Add them to the validation query.",
        )
    for column in columns:
        other = by_name[column.name]
        if _kind(column) != _kind(other):
            raise TrainingDataError(
                f"{column.name} is a {other.type} in the validation set, in training a {column.type}",
                node=node,
                hint="Cast it in one of them.",
            )


def _kind(column: Column) -> str:
    return next((kind for kind, types in _KINDS if column.type.startswith(types)), column.type)
