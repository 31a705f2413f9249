"""Columns of Arrow values as JSON text, a column at a time and without a Python loop over cells, if there are
more than a few.

How Exasol writes values: DECIMAL without scale and of at most 18 digits, DOUBLE and BOOLEAN as JSON's own,
everything else as strings (https://github.com/exasol/pyexasol/issues/95), dates and timestamps in the
session's formats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import NUMERIC_OUT_OF_RANGE, ExasolError
from exasol_sandbox.database.nls_format import DEFAULT_DATE, DEFAULT_TIMESTAMP, to_text
from exasol_sandbox.database.transforms.time_zones import zone

_EXACT_IN_JSON = 18
# Arrow's functions cost a few microseconds each, whatever they are given.
_FEW = 64
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def json_array(values: pa.Array, data_type: DataType, attributes: Mapping[str, Any]) -> bytes:
    """One column as a JSON array.

    Args:
        values: the cells, of the type `data_type.arrow()`.
        data_type: the column's Exasol type.
        attributes: the session's, for `dateFormat` and `datetimeFormat`.
    """
    if len(values) == 0:
        return b"[]"
    is_bare = data_type.name in {"DOUBLE", "BOOLEAN"} or (
        data_type.name == "DECIMAL" and not data_type.scale and (data_type.precision or 0) <= _EXACT_IN_JSON
    )
    if data_type.with_local_time_zone and attributes.get("timestampUtcEnabled"):
        values = in_utc(values, str(attributes.get("timezone") or "UTC"))
    text = as_text(values, data_type, attributes)
    if data_type.name == "DOUBLE":
        # A client must see 1.0, a number with a fraction, and not the integer 1.
        whole = pc.match_substring_regex(text, r"^-?\d+$")
        text = pc.if_else(whole, pc.binary_join_element_wise(text, ".0", ""), text)
    if not is_bare and len(text) <= _FEW:
        return json.dumps(text.to_pylist(), ensure_ascii=False, separators=(",", ":")).encode()
    if not is_bare:
        text = _quoted(text)
    filled = pc.fill_null(text, "null")
    return b"[" + joined(pc.binary_join_element_wise(filled, ",", ""))[:-1] + b"]"


def as_text(values: pa.Array, data_type: DataType, attributes: Mapping[str, Any]) -> pa.Array:
    """One column as text; NULL stays NULL. Numbers have no grouping and a point, booleans are lower case.

    Raises:
        ExasolError: 22003, a DOUBLE is one that Exasol cannot have.
    """
    if data_type.name == "DOUBLE" and pc.all(pc.is_finite(values)).as_py() is False:
        raise ExasolError(NUMERIC_OUT_OF_RANGE, "data exception - numeric value out of range")
    if data_type.name == "DATE":
        return to_text(values, attributes.get("dateFormat") or DEFAULT_DATE)
    if data_type.name.startswith("TIMESTAMP"):
        return to_text(values, attributes.get("datetimeFormat") or DEFAULT_TIMESTAMP)
    text = values if pa.types.is_string(values.type) else pc.cast(values, pa.string())
    if data_type.name == "DECIMAL" and (data_type.scale or 0) > 6:
        return _without_exponent(text, values)
    return text


def in_utc(values: pa.Array, time_zone: str) -> pa.Array:
    """Times that the clocks of a time zone show, in UTC; what they show twice is standard time."""
    known = pc.assume_timezone(values, zone(time_zone).key, ambiguous="latest", nonexistent="latest")
    return known.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))


def from_utc(values: pa.Array, time_zone: str) -> pa.Array:
    """Times in UTC as the clocks of a time zone show them."""
    known = pc.assume_timezone(values, "UTC").cast(pa.timestamp("us", zone(time_zone).key))
    return pc.local_timestamp(known)


def joined(strings: pa.Array) -> bytes:
    """All strings of an array without NULLs, one after the other."""
    if len(strings) == 0:
        return b""
    offsets, data = strings.buffers()[1:]
    if data is None:
        return b""
    width = 8 if pa.types.is_large_string(strings.type) else 4
    bounds = memoryview(offsets).cast("q" if width == 8 else "i")
    return bytes(memoryview(data)[bounds[strings.offset] : bounds[strings.offset + len(strings)]])


def _quoted(text: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring_regex(text, _NEEDS_ESCAPE)).as_py():
        text = pc.replace_substring(text, "\\", "\\\\")
        text = pc.replace_substring(text, '"', '\\"')
        for code in _control_characters(text):
            text = pc.replace_substring(text, chr(code), json.dumps(chr(code))[1:-1])
    return pc.binary_join_element_wise('"', text, '"', "")


def _control_characters(text: pa.Array) -> list[int]:
    present = set(joined(pc.fill_null(text, "")))
    return [code for code in range(32) if code in present]


def _without_exponent(text: pa.Array, values: pa.Array) -> pa.Array:
    # Arrow writes 0.00000001 as 1E-8.
    if not pc.any(pc.match_substring(text, "E")).as_py():
        return text
    return pa.array([None if value is None else f"{value:f}" for value in values.to_pylist()], pa.string())
