"""Which columns a model goes by: global SHAP values in the form of SageMaker Clarify's report.

Source of the form: "Analysis Results" in the SageMaker developer guide, `analysis.json`. As there, a global
value is the mean of a column's absolute Kernel SHAP values over the explained rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from exasol_sandbox.aws.serving.kernel_shap import Floats, KernelShap, kernel_shap
from exasol_sandbox.aws.training.dataset import SEED

EXPLAINED_ROWS = 40
BASELINE_ROWS = 4
_MORE_SAMPLES = 64


def explain(table: pa.Table, scores: Callable[[pa.Table], Floats]) -> dict[str, Any]:
    """Clarify's report on a model.

    Args:
        table: Rows of the columns as the model takes them; some of them are explained against some others.
        scores: The model's outputs for such a table: a number a row, or a probability a row and label.

    Returns:
        What analysis.json holds. Of two labels the second is explained, else each.
    """
    order = np.random.default_rng(SEED).permutation(table.num_rows)
    base = order[:BASELINE_ROWS]
    rows = order[BASELINE_ROWS : BASELINE_ROWS + EXPLAINED_ROWS]
    if not rows.size:
        rows = base
    empty = _outputs(scores, table.take(pa.array(base))).mean(axis=0)
    found = np.abs(_attributions(table, scores, rows, base, empty)).mean(axis=0)
    labels = {
        f"label{place}": {
            "global_shap_values": dict(zip(table.column_names, found[:, place].tolist(), strict=True)),
            "expected_value": float(empty[place]),
        }
        for place in range(found.shape[1])
    }
    return {"version": "1.0", "explanations": {"kernel_shap": labels}}


def _attributions(
    table: pa.Table, scores: Callable[[pa.Table], Floats], rows: Any, base: Any, empty: Floats
) -> Floats:
    """Attributions by explained row, column and output."""
    full = _outputs(scores, table.take(pa.array(rows)))
    if table.num_columns == 1:
        return (full - empty)[:, None, :]
    shap = kernel_shap(table.num_columns, 2 * table.num_columns + _MORE_SAMPLES, SEED)
    values = _outputs(scores, _mixed(table, shap, rows, base))
    by_coalition = values.reshape(len(rows), len(shap.coalitions), len(base), -1).mean(axis=2)
    return np.stack(
        [shap.attributions(one, whole, empty) for one, whole in zip(by_coalition, full, strict=True)]
    )


def _mixed(table: pa.Table, shap: KernelShap, rows: Any, base: Any) -> pa.Table:
    """Each explained row in each coalition, with each row of the baseline for the other columns."""
    count = len(shap.coalitions)
    own = np.repeat(rows, count * len(base))
    others = np.tile(base, len(rows) * count)
    chosen = np.tile(np.repeat(shap.coalitions, len(base), axis=0), (len(rows), 1))
    return pa.table(
        {
            name: table.column(place).take(pa.array(np.where(chosen[:, place], own, others)))
            for place, name in enumerate(table.column_names)
        }
    )


def _outputs(scores: Callable[[pa.Table], Floats], table: pa.Table) -> Floats:
    values = np.asarray(scores(table), dtype=np.float64).reshape(table.num_rows, -1)
    return values[:, 1:] if values.shape[1] == 2 else values
