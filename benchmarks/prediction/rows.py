"""The rows that both UDFs predict: a key, 15 numeric columns and 5 of text, as get_dataframe gives them.

Needs numpy and pandas only: it runs in the extension's environment as well.
"""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = [
    *((f"N{n}", "DECIMAL(18,0)") for n in range(5)),
    *((f"P{n}", "DECIMAL(18,2)") for n in range(5)),
    *((f"D{n}", "DOUBLE") for n in range(5)),
    *((f"T{n}", "VARCHAR(2000) UTF8") for n in range(5)),
]
BLOCK = 50_000


def block(text_length: int) -> pd.DataFrame:
    """Rows to be given again and again; texts have about `text_length` characters."""
    chance = np.random.default_rng(7)
    words = ["income", "Größe", "single", "house / flat", "pensioner", "secondary special"]
    texts = [
        " ".join(words[(n + k) % 6] for k in range(40))[: max(3, text_length + n % 7 - 3)] for n in range(500)
    ]
    columns: dict[str, Any] = {"K": np.arange(BLOCK)}
    for name, kind in COLUMNS:
        if kind == "DOUBLE":
            columns[name] = chance.normal(size=BLOCK)
        elif kind == "DECIMAL(18,0)":
            columns[name] = chance.integers(0, 1_000_000, BLOCK)
        else:
            cells = np.empty(BLOCK, dtype=object)
            numbers = chance.integers(0, 10**8, BLOCK)
            cells[:] = (
                [Decimal(int(n)).scaleb(-2) for n in numbers]
                if kind == "DECIMAL(18,2)"
                else [texts[n % 500] for n in numbers]
            )
            columns[name] = pd.Series(cells, dtype=object)
    return pd.DataFrame(columns)


class Context:
    """A group of `rows` rows that are not there at once; counts what is emitted."""

    def __init__(self, rows: int, text_length: int, key: bool = True) -> None:
        self.block = block(text_length) if key else block(text_length).drop(columns="K")
        self.rows = rows
        self.given = 0
        self.emitted = 0

    def size(self) -> int:
        """Rows of the group."""
        return self.rows

    def get_dataframe(self, num_rows: int) -> pd.DataFrame | None:
        """The next rows; their values are objects of their own, as they are in the database's container."""
        count = min(num_rows, self.rows - self.given, BLOCK)
        if not count:
            return None
        start = self.given % (BLOCK - count + 1)
        self.given += count
        return self.block.iloc[start : start + count].reset_index(drop=True)

    def emit(self, frame: pd.DataFrame) -> None:
        """Count the rows."""
        self.emitted += len(frame)


def connection(user: str = "AKIABENCH", password: str = "secret", address: str = "") -> SimpleNamespace:
    """What get_connection gives."""
    return SimpleNamespace(user=user, password=password, address=address, type="password")
