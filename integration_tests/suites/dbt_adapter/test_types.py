"""dbt's type macros, the current time, and validation of SQL."""

from __future__ import annotations

from datetime import datetime

import pytest
from dbt.tests.adapter.utils.data_types.test_type_bigint import BaseTypeBigInt
from dbt.tests.adapter.utils.data_types.test_type_boolean import BaseTypeBoolean
from dbt.tests.adapter.utils.data_types.test_type_float import BaseTypeFloat
from dbt.tests.adapter.utils.data_types.test_type_int import BaseTypeInt
from dbt.tests.adapter.utils.data_types.test_type_numeric import BaseTypeNumeric
from dbt.tests.adapter.utils.data_types.test_type_string import BaseTypeString
from dbt.tests.adapter.utils.data_types.test_type_timestamp import BaseTypeTimestamp
from dbt.tests.adapter.utils.test_current_timestamp import BaseCurrentTimestampNaive
from dbt.tests.adapter.utils.test_timestamps import BaseCurrentTimestamps
from dbt.tests.adapter.utils.test_validate_sql import BaseValidateSqlMethod
from dbt.tests.util import run_dbt

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "types and current time")


class TestTypeBigInt(BaseTypeBigInt):
    # dbt-exasol's type_bigint is BIGINT: DECIMAL(36,0).
    dialect = (("9223372036854775800", "9" * 36),)


class TestTypeBoolean(BaseTypeBoolean):
    pass


class TestTypeFloat(BaseTypeFloat):
    pass


class TestTypeInt(BaseTypeInt):
    pass


class TestTypeNumeric(BaseTypeNumeric):
    pass


class TestTypeString(BaseTypeString):
    pass


class TestTypeTimestamp(BaseTypeTimestamp):
    pass


class TestCurrentTimestampNaive(BaseCurrentTimestampNaive):
    @pytest.fixture(scope="class")
    def current_timestamp(self, project):
        run_dbt(["build"])
        # Exasol's protocol has timestamps as text.
        (text,) = project.run_sql("select current_ts_column from {schema}.current_ts", fetch="one")
        return datetime.fromisoformat(text)


class TestCurrentTimestamps(BaseCurrentTimestamps):
    dialect = ((r"as current_timestamp,", "as curr_timestamp,"),)

    @pytest.fixture(scope="class")
    def expected_schema(self):
        names = ("curr_timestamp", "current_timestamp_in_utc_backcompat", "current_timestamp_backcompat")
        return {name.upper(): "TIMESTAMP" for name in names}

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return """
            select current_timestamp() as curr_timestamp,
                   current_timestamp() as current_timestamp_in_utc_backcompat,
                   current_timestamp() as current_timestamp_backcompat
        """


class TestValidateSqlMethod(BaseValidateSqlMethod):
    pass
