"""Exasol's functions. What is not registered here is refused as unknown.

Each module covers a group of https://docs.exasol.com/db/latest/sql_references/functions/alphabeticallistfunctions.htm
"""

from exasol_sandbox.database.transforms.functions import (
    aggregates,
    bits,
    conditions,
    conversion,
    dates,
    hashes,
    intervals,
    json,
    numbers,
    patterns,
    refused,
    session,
    texts,
)
from exasol_sandbox.database.transforms.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "aggregates",
    "bits",
    "conditions",
    "conversion",
    "dates",
    "hashes",
    "intervals",
    "json",
    "numbers",
    "patterns",
    "refused",
    "session",
    "texts",
]
