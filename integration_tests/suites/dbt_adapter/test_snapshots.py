"""dbt snapshot: timestamp and check strategy, hard deletes, names of columns, several keys."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.simple_snapshot.new_record_check_mode import BaseSnapshotNewRecordCheckMode
from dbt.tests.adapter.simple_snapshot.new_record_dbt_valid_to_current import (
    BaseSnapshotNewRecordDbtValidToCurrent,
)
from dbt.tests.adapter.simple_snapshot.new_record_timestamp_mode import BaseSnapshotNewRecordTimestampMode
from dbt.tests.adapter.simple_snapshot.test_ephemeral_snapshot_hard_deletes import (
    BaseSnapshotEphemeralHardDeletes,
    BaseSnapshotNewColumnSpecificCheckCols,
    BaseSnapshotNewColumnTimestampStrategy,
    BaseSnapshotNewColumnWithDeletes,
)
from dbt.tests.adapter.simple_snapshot.test_snapshot import BaseSimpleSnapshot, BaseSnapshotCheck
from dbt.tests.adapter.simple_snapshot.test_various_configs import (
    BaseSnapshotInvalidColumnNames,
)

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "snapshots")

# dbt-exasol takes a unique key for a column, or a list of them, and joins them with a bar.
KEYS = (
    (r"unique_key='id \|\| '.*?first_name',", "unique_key=['id', 'first_name'],"),
    (r"id \|\| '-' \|\| first_name", "id || '|' || first_name"),
)


class TestSimpleSnapshot(BaseSimpleSnapshot):
    pass


class TestSnapshotCheck(BaseSnapshotCheck):
    pass


class TestSnapshotInvalidColumnNames(BaseSnapshotInvalidColumnNames):
    dialect = KEYS


class TestSnapshotEphemeralHardDeletes(BaseSnapshotEphemeralHardDeletes):
    pass


class TestSnapshotNewColumnTimestampStrategy(BaseSnapshotNewColumnTimestampStrategy):
    pass


class TestSnapshotNewColumnSpecificCheckCols(BaseSnapshotNewColumnSpecificCheckCols):
    pass


class TestSnapshotNewColumnWithDeletes(BaseSnapshotNewColumnWithDeletes):
    pass


# dbt-exasol makes dbt_is_deleted from the text 'False': a CHAR(5), in which 'True' ends with a blank.
IS_DELETED = (*KEYS, (r"\bdbt_is_deleted from\b", "rtrim(dbt_is_deleted) from"))


class TestSnapshotNewRecordTimestampMode(BaseSnapshotNewRecordTimestampMode):
    dialect = IS_DELETED


class TestSnapshotNewRecordCheckMode(BaseSnapshotNewRecordCheckMode):
    dialect = IS_DELETED


class TestSnapshotNewRecordDbtValidToCurrent(BaseSnapshotNewRecordDbtValidToCurrent):
    # dbt-exasol takes it for a text, not for an expression.
    dialect = ((r"date\('9999-12-31'\)", "9999-12-31 00:00:00"),)
