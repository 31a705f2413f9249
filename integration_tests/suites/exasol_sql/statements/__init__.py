"""Statements with the answers that Exasol's documentation gives for them, by topic."""

from __future__ import annotations

from .aggregates import AGGREGATES
from .dates import DATES
from .formats import FORMATS
from .numbers import NUMBERS
from .queries import JSON, QUERIES
from .statement import Statement
from .strings import STRINGS
from .tables import TABLES
from .types import TYPES

TOPICS: dict[str, list[Statement]] = {
    "aggregate and analytic functions": AGGREGATES,
    "dates, timestamps, intervals": DATES,
    "formats and session parameters": FORMATS,
    "JSON": JSON,
    "numbers and bits": NUMBERS,
    "queries": QUERIES,
    "strings, patterns, hashes": STRINGS,
    "tables and views": TABLES,
    "types, literals, conversions": TYPES,
}

__all__ = ["TOPICS", "Statement"]
