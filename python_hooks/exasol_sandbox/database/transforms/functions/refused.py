"""Functions that Exasol has and the sandbox has not: refused by name, so that nobody takes them for
misspelt."""

from __future__ import annotations

from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import FUNCTIONS, function
from exasol_sandbox.database.transforms.typed import Typed

_NAMES = """
    CONNECT_BY_ISCYCLE CURRENT_CLUSTER CURRENT_CLUSTER_UID FIRST FROM_BASE64 HASHTYPE_TIGER
    HASH_TIGER LAST ROWID SCOPE_USER SESSION_PARAMETER ST_AREA ST_ASTEXT ST_BOUNDARY ST_BUFFER
    ST_CENTROID ST_CONTAINS ST_CONVEXHULL ST_CROSSES ST_DIFFERENCE ST_DIMENSION ST_DISJOINT ST_DISTANCE
    ST_ENDPOINT ST_ENVELOPE ST_EQUALS ST_EXTERIORRING ST_FORCE2D ST_GEOMETRYN ST_GEOMETRYTYPE ST_GEOMFROMTEXT
    ST_INTERIORRINGN ST_INTERSECTION ST_INTERSECTS ST_ISCLOSED ST_ISEMPTY ST_ISRING ST_ISSIMPLE ST_LENGTH
    ST_NUMGEOMETRIES ST_NUMINTERIORRINGS ST_NUMPOINTS ST_OVERLAPS ST_POINTN ST_SETSRID ST_STARTPOINT
    ST_SYMDIFFERENCE ST_TOUCHES ST_TRANSFORM ST_UNION ST_WITHIN ST_X ST_Y SYS_GUID TO_BASE64 VALUE2PROC
""".split()  # noqa: SIM905


def refuse(call: Call) -> Typed:
    """Refuses the call."""
    raise unsupported(f"the function {call.name}")


for _name in _NAMES:
    if _name not in FUNCTIONS:
        function(_name)(refuse)
