"""The rows of a batch prediction: columns by name, checks, and the query that is exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import clean_query, database_errors, quote, run
from exasol_sagemaker.errors import BatchPredictionError
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.training_data import row_digest

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_CAST_FAMILIES = ("BOOLEAN", "DATE", "TIMESTAMP")
_TEXT_TYPES = ("VARCHAR", "CHAR")
_RESULT_NAMES = {"PREDICTION", "PROBABILITY", "PROBABILITIES", "JOB_NAME"}
_EXAMPLES = 3
# DataProcessing's OutputFilter has at most 63 characters.
_MAX_KEYS = 16


def find_columns(
    available: Sequence[Column],
    job: TrainingJob,
    *,
    keys: Sequence[str],
    carried: Sequence[str],
    node: str,
) -> tuple[tuple[Column, ...], tuple[Column, ...], tuple[Column, ...]]:
    """Key, carried and training columns among the query's: exactly by name, else without regard to case.

    Raises:
        BatchPredictionError: Some are missing, all of them named; or a name is a result's.
    """
    if not keys:
        raise BatchPredictionError(
            "A batch prediction has no key", node=node, hint="Name the column or columns that identify a row."
        )
    if len(keys) > _MAX_KEYS:
        raise BatchPredictionError(
            f"{len(keys)} key columns are too many",
            node=node,
            why=f"What SageMaker joins to its answers is told in 63 characters, enough for {_MAX_KEYS}.",
            hint="Use fewer, or a key of one column.",
        )
    exact = {column.name: column for column in available}
    folded = {column.name.upper(): column for column in available}

    def look(names: Sequence[str]) -> tuple[list[Column], list[str]]:
        found = [(name, exact.get(name) or folded.get(name.upper())) for name in names]
        return [one for _, one in found if one], [name for name, one in found if not one]

    key_columns, missing_keys = look(keys)
    carried_columns, missing_carried = look(carried)
    features, missing_features = look([column.name for column in job.input_columns])
    if missing_keys or missing_carried or missing_features:
        lacks = []
        if missing_features:
            lacks.append(f"training columns of job {job.job_name}: {', '.join(missing_features)}")
        if missing_keys or missing_carried:
            lacks.append(f"key or carried columns: {', '.join(missing_keys + missing_carried)}")
        raise BatchPredictionError(
            f"The rows to predict lack {'; '.join(lacks)}",
            node=node,
            why=f"Their columns are {', '.join(exact)}.",
            hint="Add them to the input, or train anew without them.",
        )
    clashes = [one.name for one in key_columns + carried_columns if one.name.upper() in _RESULT_NAMES]
    if clashes:
        raise BatchPredictionError(
            f"{', '.join(clashes)} cannot be carried through: a result has that name",
            node=node,
            hint="Rename it in the input.",
        )
    return tuple(key_columns), tuple(carried_columns), tuple(features)


def export_columns(
    keys: Sequence[Column], features: Sequence[Column], job: TrainingJob
) -> tuple[Column, ...]:
    """Columns of the exported files: keys K1, K2, …, then training columns F1, F2, … as trained."""
    trained = [column.type for column in job.input_columns]
    return (
        *(Column(f"K{place}", key_text_type(column)) for place, column in enumerate(keys, 1)),
        *(
            Column(f"F{place}", kind)
            for place, (_, kind) in enumerate(zip(features, trained, strict=True), 1)
        ),
    )


def export_rows(query: str, keys: Sequence[Column], features: Sequence[Column], job: TrainingJob) -> str:
    """The query with the columns of export_columns.

    A training column that was a boolean or a time is exported as one, whatever the input's type is.
    """
    selected = [f"{_key_text(column)} AS K{place}" for place, column in enumerate(keys, 1)]
    for place, (column, trained) in enumerate(zip(features, job.input_columns, strict=True), 1):
        selected.append(f"{_as_trained(column, trained.type)} AS F{place}")
    return f"SELECT {', '.join(selected)}\nFROM (\n{clean_query(query)}\n)"


def key_text_type(key: Column) -> str:
    """The type under which export writes a key; a fine TIMESTAMP is text already, with all its digits."""
    return "VARCHAR(64)" if _is_fine(key) else key.type


def key_from_text(name: str, key: Column) -> str:
    """An expression for a key's value from the text that was exported."""
    if key.type == "BOOLEAN":
        return f"CASE {name} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    if key.type == "DATE":
        return f"TO_DATE({name}, 'YYYY-MM-DD')"
    if key.type.startswith("TIMESTAMP"):
        return f"CAST(TO_TIMESTAMP({name}, '{_timestamp_format(key)}') AS {key.type})"
    return f"CAST({name} AS {key.type})"


def chunk_number(keys: Sequence[Column], chunks: int) -> str:
    """Which of `chunks` a row belongs to, by its key alone, over the columns of export_columns."""
    return f"MOD({_key_number(keys)}, {chunks})" if chunks > 1 else "0"


def part_conditions(keys: Sequence[Column], chunks: int, parts: int) -> tuple[str, ...]:
    """Conditions that cut a chunk into `parts` files, by the key too."""
    if parts < 2:
        return ()
    number = f"MOD(FLOOR({_key_number(keys)} / {chunks}), {parts})"
    return tuple(f"{number} = {part}" for part in range(parts))


def check_rows(
    database: ExaConnection, query: str, keys: Sequence[Column], features: Sequence[Column], *, node: str
) -> int:
    """Count the rows, and see that Batch Transform can give each its own answer.

    Batch Transform cuts CSV at every line end, also at one within quotes (SageMaker developer guide, "Use
    batch transform to get inferences from large datasets").

    Raises:
        BatchPredictionError: A key is NULL or there twice, or a text holds a line end.
    """
    texts = dict.fromkeys(column.name for column in (*keys, *features) if column.type.startswith(_TEXT_TYPES))
    checks = [f"SUM(CASE WHEN {quote(key.name)} IS NULL THEN 1 ELSE 0 END)" for key in keys]
    for name in texts:
        text = quote(name)
        checks.append(
            f"SUM(CASE WHEN INSTR({text}, CHR(10)) > 0 OR INSTR({text}, CHR(13)) > 0 THEN 1 ELSE 0 END)"
        )
    source = f"FROM (\n{clean_query(query)}\n)"
    with database_errors("The rows to predict could not be read", node=node, kind=BatchPredictionError):
        row = run(database, f"SELECT COUNT(*), {', '.join(checks)}\n{source}").fetchall()[0]
    count, *found = (int(value or 0) for value in row)
    for key, nulls in zip(keys, found, strict=False):
        if nulls:
            raise BatchPredictionError(
                f"The key column {key.name} is NULL in {nulls} of {count} rows",
                node=node,
                hint="A row's prediction is found by its key: filter these rows out, or use another key.",
            )
    broken = [f"{name} ({rows} rows)" for name, rows in zip(texts, found[len(keys) :], strict=True) if rows]
    if broken:
        raise BatchPredictionError(
            f"Texts with line ends cannot go through Batch Transform: {', '.join(broken)}",
            node=node,
            why="It cuts its input at every line end, also at one within quotes.",
            hint="Replace them in the training query and in the input alike, or predict with an endpoint.",
        )
    _check_unique(database, source, keys, node)
    return count


def _check_unique(database: ExaConnection, source: str, keys: Sequence[Column], node: str) -> None:
    names = ", ".join(quote(key.name) for key in keys)
    doubled = f"SELECT {names}, COUNT(*) AS HITS {source} GROUP BY {names} HAVING COUNT(*) > 1"
    with database_errors("The keys could not be read", node=node, kind=BatchPredictionError):
        rows = run(database, f"SELECT * FROM ({doubled}) ORDER BY {names} LIMIT {_EXAMPLES}").fetchall()
    if rows:
        examples = "; ".join(
            f"{', '.join(str(value) for value in values)} ({count} times)" for *values, count in rows
        )
        raise BatchPredictionError(
            f"The key {', '.join(key.name for key in keys)} is not unique",
            node=node,
            why=f"For example: {examples}.",
            hint="Add the columns that tell these rows apart to the key, or remove the duplicates.",
        )


def _key_number(keys: Sequence[Column]) -> str:
    texts = tuple(Column(f"K{place}", key_text_type(column)) for place, column in enumerate(keys, 1))
    return f"CAST(TO_NUMBER(SUBSTR({row_digest(texts)}, 1, 8), 'XXXXXXXX') AS DECIMAL(18,0))"


def _key_text(key: Column) -> str:
    name = quote(key.name)
    return f"TO_CHAR({name}, '{_timestamp_format(key)}')" if _is_fine(key) else name


def _is_fine(key: Column) -> bool:
    return key.type.startswith(("TIMESTAMP(7)", "TIMESTAMP(8)", "TIMESTAMP(9)"))


def _timestamp_format(key: Column) -> str:
    return f"YYYY-MM-DD HH24:MI:SS.FF{9 if _is_fine(key) else 6}"


def _as_trained(column: Column, trained: str) -> str:
    name = quote(column.name)
    family = next((one for one in _CAST_FAMILIES if trained.startswith(one)), None)
    return f"CAST({name} AS {trained})" if family and not column.type.startswith(family) else name
