"""Times with a session time zone: columns of TIMESTAMP WITH LOCAL TIME ZONE are kept in UTC, and their values
are in the session's time zone everywhere else.

https://docs.exasol.com/db/latest/sql_references/data_types/datatypedetails.htm
"""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exasol_sandbox.database.data_types import LOCAL_TIMESTAMP, DataType
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import Typed

UTC = "UTC"
DEFAULT_BEHAVIOR = "INVALID SHIFT AMBIGUOUS ST"
BEHAVIORS = frozenset(
    f"INVALID {invalid} AMBIGUOUS {ambiguous}"
    for invalid in ("SHIFT", "ADJUST", "NULLIFY", "REJECT")
    for ambiguous in ("ST", "DST", "NULLIFY", "REJECT")
)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """A time zone by its name in any case.

    Raises:
        ValueError: there is none of that name.
    """
    for spelt in (name, name.upper(), "/".join(part.title() for part in name.split("/"))):
        try:
            return ZoneInfo(spelt)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    raise ValueError(f"[22000] data exception - unknown time zone '{name}'")


def from_utc(sql: str, time_zone: str) -> str:
    """DuckDB SQL of a time in UTC as the clocks of a time zone show it."""
    if time_zone == UTC:
        return sql
    return f"timezone({literal(zone(time_zone).key)}, timezone('{UTC}', {sql}))"


def to_utc(sql: str, time_zone: str, behavior: str) -> str:
    """DuckDB SQL of a time that the clocks of a time zone show, in UTC.

    Args:
        sql: the time.
        time_zone: whose clocks.
        behavior: what to do with times that the clocks show twice or never (TIME_ZONE_BEHAVIOR).
    """
    if time_zone == UTC:
        return sql
    return f"exa_convert_tz({sql}, {literal(time_zone)}, '{UTC}', {literal(behavior)})"


def read(reference: str, kind: DataType | None, time_zone: str) -> str:
    """DuckDB SQL of a table's column, as expressions see it."""
    if kind is None or kind.name != LOCAL_TIMESTAMP:
        return reference
    return from_utc(reference, time_zone)


def counted_in_utc(value: Typed, time_zone: str, behavior: str) -> str:
    """DuckDB SQL of a point in time for what Exasol calculates within UTC: differences and steps of hours,
    minutes and seconds, if the value is a TIMESTAMP WITH LOCAL TIME ZONE."""
    sql = f"CAST({value} AS TIMESTAMP)"
    return to_utc(sql, time_zone, behavior) if value.is_a(LOCAL_TIMESTAMP) else sql
