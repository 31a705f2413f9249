"""Date and timestamp formats (NLS_DATE_FORMAT, NLS_TIMESTAMP_FORMAT) for whole columns.

Source of the elements: https://docs.exasol.com/db/latest/sql_references/formatmodels.htm
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.database.errors import unsupported

DEFAULT_DATE = "YYYY-MM-DD"
DEFAULT_TIMESTAMP = "YYYY-MM-DD HH24:MI:SS.FF6"

# Each element's place in `2001-09-09 01:46:40.000000`, which is how Arrow writes a timestamp.
_PLACES: dict[str, tuple[int, int]] = {
    "YYYY": (0, 4),
    "YY": (2, 4),
    "MM": (5, 7),
    "DD": (8, 10),
    "HH24": (11, 13),
    "HH": (11, 13),
    "MI": (14, 16),
    "SS": (17, 19),
}
_DIRECTIVES = {
    "YYYY": "%Y",
    "YY": "%y",
    "MM": "%m",
    "DD": "%d",
    "HH24": "%H",
    "HH": "%H",
    "HH12": "%I",
    "MI": "%M",
    "SS": "%S",
    "AM": "%p",
    "PM": "%p",
    "MON": "%b",
    "MONTH": "%B",
    "DY": "%a",
    "DAY": "%A",
    "DDD": "%j",
}
_ELEMENT = re.compile(
    r"YYYY|YY|MONTH|MON|MM|MI|DDD|DD|DAY|DY|HH24|HH12|HH|SSSSS|SS|FF[1-9]?|[AP]M|\"[^\"]*\"|.", re.I | re.S
)


@lru_cache(maxsize=64)
def _elements(nls_format: str) -> tuple[str, ...]:
    elements = []
    for element in _ELEMENT.findall(nls_format):
        upper = element.upper()
        if upper in _DIRECTIVES or re.fullmatch(r"FF[1-9]?", upper):
            elements.append(upper)
        elif element.startswith('"'):
            elements += ["'" + element[1:-1]]
        elif element.isalpha() and element != "T":
            raise unsupported(f"the element {element!r} of the date format {nls_format!r}")
        else:
            elements.append("'" + element)
    return tuple(elements)


def to_text(values: pa.Array, nls_format: str) -> pa.Array:
    """Dates or timestamps as text.

    Raises:
        ExasolError: the format has an element that the sandbox does not write.
    """
    if nls_format == DEFAULT_DATE and pa.types.is_date(values.type):
        return pc.cast(values, pa.string())
    stamps = pc.cast(values, pa.timestamp("us"))
    iso = pc.cast(stamps, pa.string())
    if nls_format == DEFAULT_TIMESTAMP:
        return iso
    parts: list[Any] = []
    for element in _elements(nls_format):
        if element.startswith("'"):
            parts.append(element[1:])
        elif element.startswith("FF"):
            digits = int(element[2:] or 6)
            parts.append(pc.utf8_slice_codeunits(iso, 20, 20 + min(digits, 6)))
            parts.append("0" * (digits - 6))
        elif element in _PLACES:
            parts.append(pc.utf8_slice_codeunits(iso, *_PLACES[element]))
        else:
            text = pc.strftime(stamps, format=_DIRECTIVES[element], locale="C")
            parts.append(pc.utf8_upper(text) if element in {"MON", "MONTH", "DY", "DAY"} else text)
    return pc.binary_join_element_wise(*parts, "")


def strptime_sql(value: str, nls_format: str) -> str:
    """A DuckDB expression that reads text as Exasol does with `nls_format`: a TIMESTAMP, or else NULL.

    The time, or only its fraction, may be missing at the end of a value.

    Args:
        value: the expression of the text.
        nls_format: the format.
    """
    whole = without_fraction = date_only = ""
    seen_time = False
    for element in _elements(nls_format):
        if element.startswith("FF"):
            whole += "%f"
            without_fraction = without_fraction.rstrip(".,")
            continue
        piece = element[1:].replace("%", "%%") if element.startswith("'") else _DIRECTIVES[element]
        whole += piece
        without_fraction += piece
        if element in {"HH", "HH24", "HH12", "MI", "SS", "AM", "PM"}:
            seen_time = True
        if not seen_time:
            date_only += piece
    shapes = dict.fromkeys([whole, without_fraction, date_only.rstrip(" T")])
    parsed = f"TRY_STRPTIME({value}, [{', '.join(_quoted(shape) for shape in shapes)}])"
    if "%f" not in whole:
        return parsed
    # DuckDB keeps nanoseconds in a type of their own, which ends in the year 2262.
    nanoseconds = _quoted(whole.replace("%f", "%n"))
    return f"COALESCE({parsed}, TRY_STRPTIME({value}, {nanoseconds})::TIMESTAMP)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
