"""A million rows of ten columns in and out through pyexasol."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from benchmarks.harness import RATE, Figure, connect, sandbox, side_by_side

ROWS = 1_000_000
COLUMNS = (
    "a DECIMAL(18,0), b DECIMAL(18,0), c DECIMAL(18,0), d DOUBLE, e DOUBLE, f DOUBLE, g DOUBLE, "
    "h VARCHAR(20), i VARCHAR(20), j VARCHAR(20)"
)
TARGET = 300_000


def frame() -> pd.DataFrame:
    """The rows."""
    numbers = np.arange(ROWS)
    chance = np.random.default_rng(1)
    texts = pd.Series(np.char.add("text ", (numbers % 977).astype(str)), dtype=object)
    return pd.DataFrame(
        {
            **{name: numbers * factor for factor, name in enumerate("abc", 1)},
            **{name: chance.random(ROWS) for name in "defg"},
            **dict.fromkeys("hij", texts),
        }
    )


def run() -> list[Figure]:
    """`import_from_pandas` and `export_to_pandas`."""
    rows = frame()
    with sandbox() as state, connect(state) as exasol:
        exasol.execute("CREATE SCHEMA bench")
        exasol.execute("OPEN SCHEMA bench")

        def load() -> None:
            exasol.execute(f"CREATE OR REPLACE TABLE target ({COLUMNS})")
            exasol.import_from_pandas(rows, "target")

        text = rows.to_csv(index=False)
        medians = side_by_side(
            3,
            load=load,
            unload=lambda: exasol.export_to_pandas("SELECT * FROM target"),
            write=lambda: rows.to_csv(index=False),
            read=lambda: pd.read_csv(io.StringIO(text)),
        )
    writing, reading = (f"the client's own CSV alone: {ROWS / medians[n]:,.0f}" for n in ("write", "read"))
    return [
        Figure(
            "import_from_pandas, 1 million rows x 10", ROWS / medians["load"], RATE, TARGET, True, writing
        ),
        Figure(
            "export_to_pandas, 1 million rows x 10", ROWS / medians["unload"], RATE, TARGET, True, reading
        ),
    ]
