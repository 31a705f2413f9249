"""dbt's cross-database macros."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.utils.test_any_value import BaseAnyValue
from dbt.tests.adapter.utils.test_bool_or import BaseBoolOr
from dbt.tests.adapter.utils.test_cast import BaseCast
from dbt.tests.adapter.utils.test_cast_bool_to_text import BaseCastBoolToText
from dbt.tests.adapter.utils.test_concat import BaseConcat
from dbt.tests.adapter.utils.test_date import BaseDate
from dbt.tests.adapter.utils.test_date_spine import BaseDateSpine
from dbt.tests.adapter.utils.test_date_trunc import BaseDateTrunc
from dbt.tests.adapter.utils.test_dateadd import BaseDateAdd
from dbt.tests.adapter.utils.test_datediff import BaseDateDiff
from dbt.tests.adapter.utils.test_equals import BaseEquals
from dbt.tests.adapter.utils.test_escape_single_quotes import BaseEscapeSingleQuotesQuote
from dbt.tests.adapter.utils.test_except import BaseExcept
from dbt.tests.adapter.utils.test_generate_series import BaseGenerateSeries
from dbt.tests.adapter.utils.test_get_intervals_between import BaseGetIntervalsBetween
from dbt.tests.adapter.utils.test_get_powers_of_two import BaseGetPowersOfTwo
from dbt.tests.adapter.utils.test_hash import BaseHash
from dbt.tests.adapter.utils.test_intersect import BaseIntersect
from dbt.tests.adapter.utils.test_last_day import BaseLastDay
from dbt.tests.adapter.utils.test_length import BaseLength
from dbt.tests.adapter.utils.test_listagg import BaseListagg
from dbt.tests.adapter.utils.test_null_compare import BaseMixedNullCompare, BaseNullCompare
from dbt.tests.adapter.utils.test_position import BasePosition
from dbt.tests.adapter.utils.test_replace import BaseReplace
from dbt.tests.adapter.utils.test_right import BaseRight
from dbt.tests.adapter.utils.test_safe_cast import BaseSafeCast
from dbt.tests.adapter.utils.test_source_freshness_custom_info import BaseCalculateFreshnessMethod
from dbt.tests.adapter.utils.test_split_part import BaseSplitPart
from dbt.tests.adapter.utils.test_string_literal import BaseStringLiteral
from dbt.tests.util import run_dbt
from dbt_common.exceptions import CompilationError

from .dialect import reserved

pytestmark = pytest.mark.conformance("dbt-tests-adapter", "utils")


class TestAnyValue(BaseAnyValue):
    pass


class TestBoolOr(BaseBoolOr):
    dialect = reserved("value")


class TestCast(BaseCast):
    dialect = reserved("output")


class TestCastBoolToText(BaseCastBoolToText):
    dialect = (
        *reserved("input"),
        ("'false'", "'FALSE'"),
        ("'true'", "'TRUE'"),
    )


class TestConcat(BaseConcat):
    dialect = reserved("output")


class TestDate(BaseDate):
    pass


class TestDateSpine(BaseDateSpine):
    dialect = ((r"'(2023-\d\d-\d\d)'(?!::)", r"date '\1'"),)


class TestDateTrunc(BaseDateTrunc):
    dialect = (
        ("updated_at,day,month", "updated_at,of_day,of_month"),
        (r"\b(day|month) as expected", r"of_\1 as expected"),
    )


class TestDateAdd(BaseDateAdd):
    dialect = reserved("result")


class TestDateDiff(BaseDateDiff):
    # dbt-exasol has no weeks, quarters and parts of a second in datediff.
    dialect = (
        (r"\n[^\n]*\b(?:week|quarter|millisecond|microsecond)\b[^\n]*", ""),
        *reserved("result"),
    )


class TestEquals(BaseEquals):
    # A seed is loaded as it is; in CSV NULL is an empty field.
    dialect = (("(?<=,)null(?=,)", ""),)


class TestEscapeSingleQuotesQuote(BaseEscapeSingleQuotesQuote):
    pass


class TestExcept(BaseExcept):
    pass


class TestGenerateSeries(BaseGenerateSeries):
    pass


class TestGetIntervalsBetween(BaseGetIntervalsBetween):
    dialect = ((r"'(\d\d)/(\d\d)/(\d{4})'(?!::)", r"date '\3-\1-\2'"),)


class TestGetPowersOfTwo(BaseGetPowersOfTwo):
    pass


class TestHash(BaseHash):
    # The empty string is NULL, and so is its hash.
    dialect = (
        ("d41d8cd98f00b204e9800998ecf8427e", "EMPTY"),
        *reserved("output"),
    )


class TestIntersect(BaseIntersect):
    pass


class TestLastDay(BaseLastDay):
    dialect = reserved("result")


class TestLength(BaseLength):
    dialect = reserved("output")


class TestListagg(BaseListagg):
    # dbt-exasol refuses a limit.
    dialect = ((r"(?s)union all\s+select\s+group_col,\s+\{\{ listagg\([^}]*, 2\).*?group by group_col", ""),)


class TestMixedNullCompare(BaseMixedNullCompare):
    pass


class TestNullCompare(BaseNullCompare):
    pass


class TestPosition(BasePosition):
    dialect = reserved("result")


class TestReplace(BaseReplace):
    dialect = reserved("result")


class TestRight(BaseRight):
    dialect = reserved("output")


class TestSafeCast(BaseSafeCast):
    dialect = reserved("output")


class TestCalculateFreshnessMethod(BaseCalculateFreshnessMethod):
    pass


class TestSplitPart(BaseSplitPart):
    def test_build_assert_equal(self, project):
        with pytest.raises(CompilationError, match="Unsupported on Exasol"):
            run_dbt(["build"])


class TestStringLiteral(BaseStringLiteral):
    pass
