"""Functions that Exasol has and the sandbox has not: refused by name, so that nobody takes them for
misspelt."""

from __future__ import annotations

from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions.registry import FUNCTIONS, function
from exasol_sandbox.database.transforms.typed import Typed

_NAMES = """
    BIT_CHECK BIT_LROTATE BIT_NOT BIT_RROTATE BIT_SET BIT_TO_NUM COLOGNE_PHONETIC CONNECT_BY_ISCYCLE
    CONNECT_BY_ISLEAF CONVERT_TZ CURRENT_CLUSTER CURRENT_CLUSTER_UID DUMP FROM_BASE64 FIRST GROUPING
    GROUPING_ID HASHTYPE_SHA512 HASHTYPE_TIGER HASH_SHA512 HASH_TIGER HOUR IS_DSINTERVAL IS_YMINTERVAL
    JSON_EXTRACT JSON_VALUE LAST LEVEL MINUTE MIN_SCALE MUL NUMTODSINTERVAL NUMTOYMINTERVAL REGR_AVGX
    REGR_AVGY REGR_COUNT REGR_SXX REGR_SXY REGR_SYY ROWID SCOPE_USER SESSION_PARAMETER SOUNDEX ST_AREA
    ST_ASTEXT ST_BUFFER ST_CONTAINS ST_DISTANCE ST_GEOMFROMTEXT ST_INTERSECTION ST_X ST_Y
    SYS_CONNECT_BY_PATH SYS_GUID TO_BASE64 TO_DSINTERVAL TO_YMINTERVAL VALUE2PROC
""".split()  # noqa: SIM905


def refuse(call: Call) -> Typed:
    """Refuses the call."""
    raise unsupported(f"the function {call.name}")


for _name in _NAMES:
    if _name not in FUNCTIONS:
        function(_name)(refuse)
