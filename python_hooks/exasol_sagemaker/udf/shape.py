"""What a call takes and gives: keys, training columns, results."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from exasol_sagemaker.udf.context import CONFIG, where

if TYPE_CHECKING:
    from exasol_sagemaker.udf.context import exa


class Shape(NamedTuple):
    """How many columns come in, are keys, are passed on; what is wanted beside PREDICTION and PROBABILITY."""

    inputs: int
    keys: int
    passed: int
    probabilities: bool
    explanation: bool


def called_shape() -> Shape:
    """The last arguments are the training columns; those before them are keys.

    The query's EMITS decides whether keys or all arguments are passed on, and, with last columns
    PROBABILITIES and EXPLANATION, that the probabilities of all labels are wanted, and reasons.
    """
    inputs = len(exa.meta.input_columns)
    keys = inputs - len(CONFIG["input_columns"])
    if keys < 0:
        names = ", ".join(name for name, _ in CONFIG["input_columns"])
        raise ValueError(
            f"{where()}: the UDF got {inputs} columns, and the model was trained on "
            f"{len(CONFIG['input_columns'])}. Give it any keys, then these columns in this order: {names}."
        )
    outputs = exa.meta.output_columns
    named = [str(getattr(column, "name", "")).upper() for column in outputs]
    explanation = CONFIG.get("explains", False) and named[-1:] == ["EXPLANATION"]
    if explanation:
        named.pop()
    probabilities = len(CONFIG["result_columns"]) > 1 and named[-1:] == ["PROBABILITIES"]
    results = len(CONFIG["result_columns"]) + probabilities + explanation
    passed = len(outputs) - results
    if passed not in (keys, inputs):
        names = ", ".join(f"{name} {sql_type}" for name, sql_type in CONFIG["result_columns"])
        raise ValueError(
            f"{where()}: EMITS has {passed + results} columns. It must have the {keys} key columns, or all "
            f"{inputs} arguments, and then {names}."
        )
    return Shape(inputs, keys, passed, probabilities, explanation)


def default_output_columns() -> str:
    """All input columns and the results: what the UDF emits if the query does not say EMITS."""
    columns = [f'"{column.name}" {column.sql_type}' for column in exa.meta.input_columns]
    columns += [f'"{name}" {sql_type}' for name, sql_type in CONFIG["result_columns"]]
    return ", ".join(columns)
