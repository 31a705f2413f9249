"""A million rows of ten columns in and out through pyexasol."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.harness import RATE, Figure, connect, sandbox, side_by_side

ROWS = 1_000_000
COLUMNS = (
    "a DECIMAL(18,0), b DECIMAL(18,0), c DECIMAL(18,0), d DOUBLE, e DOUBLE, f DOUBLE, g DOUBLE, "
    "h VARCHAR(20), i VARCHAR(20), j VARCHAR(20)"
)
TARGET = 300_000


WHOLE_COLUMNS = COLUMNS.replace("DOUBLE", "DECIMAL(18,0)")


def frame() -> pd.DataFrame:
    """The rows; the floats have all their digits, which is what takes pandas longest to write."""
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
    """`import_from_pandas`, `export_to_pandas`, and the import of a file, where the client makes no CSV."""
    rows = frame()
    whole = rows.assign(**{name: rows["c"] * factor for factor, name in enumerate("defg", 2)})
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-") as folder,
        sandbox() as state,
        connect(state) as exasol,
    ):
        exasol.execute("CREATE SCHEMA bench")
        exasol.execute("OPEN SCHEMA bench")

        def load() -> None:
            exasol.execute(f"CREATE OR REPLACE TABLE target ({COLUMNS})")
            exasol.import_from_pandas(rows, "target")

        def load_whole() -> None:
            exasol.execute(f"CREATE OR REPLACE TABLE whole ({WHOLE_COLUMNS})")
            exasol.import_from_pandas(whole, "whole")

        def load_file() -> None:
            exasol.execute(f"CREATE OR REPLACE TABLE target ({COLUMNS})")
            exasol.import_from_file(file, "target", import_params={"skip": 1})

        text = rows.to_csv(index=False)
        file = Path(folder) / "rows.csv"
        file.write_text(text)
        medians = side_by_side(
            3,
            load=load,
            load_whole=load_whole,
            load_file=load_file,
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
            "the same with whole numbers in place of the floats",
            ROWS / medians["load_whole"],
            RATE,
            TARGET,
            True,
        ),
        Figure("import_from_file, 1 million rows x 10", ROWS / medians["load_file"], RATE),
        Figure(
            "export_to_pandas, 1 million rows x 10", ROWS / medians["unload"], RATE, TARGET, True, reading
        ),
    ]
