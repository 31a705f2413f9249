"""Statements with the answers that Exasol's documentation gives for them, and the page of each.

Pages are those of docs.exasol.com/db/latest/sql_references, without `.htm`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D
from typing import Any

_F = "functions/alphabeticallistfunctions/"

DOCUMENTED: list[tuple[str, list[tuple[Any, ...]], str]] = [
    # literals and operators
    ("select '' is null", [(True,)], "literals"),
    ("select 'a' || null", [("a",)], "operators"),
    ("select null || '' is null", [(True,)], "operators"),
    ("select 5 / 2", [(2.5,)], "operators"),
    ("select 1 + 1.5", [(D("2.5"),)], "operators"),
    ("select date '2000-10-05' + 1", [(date(2000, 10, 6),)], "operators"),
    ("select date '2000-10-05' - date '2000-10-01'", [(4,)], "operators"),
    ("select date '2000-10-05' + interval '1' month", [(date(2000, 11, 5),)], "operators"),
    (
        "select timestamp '2000-10-05 12:00:00' + interval '1 02:00:00' day to second",
        [(datetime(2000, 10, 6, 14),)],
        "operators",
    ),
    ("select interval '5' month", [("+00-05",)], "literals"),
    ("select interval '2 12:50:10.123' day to second", [("+02 12:50:10.123",)], "literals"),
    ("select 1 where '1' = 1", [(1,)], "data_types/typeconversionrules"),
    ("select 1 where 'abc' like 'a_c' and 'a_c' like 'a\\_c'", [(1,)], "predicates/like"),
    ("select 1 where 'a%c' like 'a!%c' escape '!'", [(1,)], "predicates/like"),
    (
        "select 'My mail address is: my_mail@exasol.com' regexp_like '(?i).*[a-z._]+@[a-z]+\\.[a-z]+.*'",
        [(True,)],
        "predicates/regexp_like",
    ),
    ("select 1 where 2 between 1 and 3 and 4 not in (1, 2)", [(1,)], "predicates/between"),
    # conditions
    ("select nvl(null, 'abc'), nvl(4, 5)", [("abc", D(4))], _F + "nvl"),
    ("select nvl2(null, 2, 3), nvl2(1, 2, 3)", [(3, 2)], _F + "nvl2"),
    ("select coalesce(null, null, 3)", [(3,)], _F + "coalesce"),
    ("select nullif(1, 2), nullif(1, 1)", [(1, None)], _F + "nullif"),
    ("select nullifzero(0), nullifzero(1)", [(None, 1)], _F + "nullifzero"),
    ("select zeroifnull(null), zeroifnull(1)", [(0, 1)], _F + "zeroifnull"),
    ("select decode('abc', 'xyz', 1, 'abc', 2, 3)", [(2,)], _F + "decode"),
    ("select greatest(1, 5, 3), least(1, 5, 3), greatest(1, null)", [(5, 1, None)], _F + "greatest"),
    ("select case 'x' when 'x' then 1 else 2 end", [(1,)], _F + "case"),
    ("select if 1 = 1 then 'yes' else 'no' endif", [("yes",)], _F + "if"),
    # strings
    ("select substr('abcdef', 2, 3)", [("bcd",)], _F + "substr"),
    ("select substring('abcdef' from 4 for 2)", [("de",)], _F + "substr"),
    ("select substr('abcdef', -3)", [("def",)], _F + "substr"),
    ("select left('abcdef', 3), right('abcdef', 3)", [("abc", "def")], _F + "left"),
    ("select lower('AbCdEf'), upper('AbCdEf')", [("abcdef", "ABCDEF")], _F + "lower"),
    ("select length('abc'), octet_length('äöü'), character_length('aeiouäöü')", [(3, 6, 8)], _F + "length"),
    ("select lpad('abc', 5, 'X'), rpad('abc', 5, 'X')", [("XXabc", "abcXX")], _F + "lpad"),
    (
        "select trim('abcdef', 'acf'), ltrim('ab cdef', ' ab'), rtrim('abcdef', 'afe')",
        [("bcde", "cdef", "abcd")],
        _F + "trim",
    ),
    (
        "select replace('Apple juice is great', 'Apple', 'Orange')",
        [("Orange juice is great",)],
        _F + "replace",
    ),
    ("select translate('abcd', 'abc', 'xy')", [("xyd",)], _F + "translate"),
    ("select reverse('abcde')", [("edcba",)], _F + "reverse"),
    ("select repeat('abc', 3)", [("abcabcabc",)], _F + "repeat"),
    ("select concat('abc', 'def')", [("abcdef",)], _F + "concat"),
    (
        "select instr('abcabcabc', 'cab'), position('cab' in 'abcabcabc'), locate('cab', 'abcabcabc')",
        [(3, 3, 3)],
        _F + "instr",
    ),
    ("select ascii('X'), unicode('ä'), chr(88)", [(88, 228, "X")], _F + "ascii"),
    ("select regexp_substr('abc123', '[0-9]+')", [("123",)], _F + "regexp_substr"),
    ("select regexp_substr('12 ab 34', '[0-9]+', 3)", [("34",)], _F + "regexp_substr"),
    (
        "select regexp_replace('phone: 1234-5678', '[0-9]', 'X')",
        [("phone: XXXX-XXXX",)],
        _F + "regexp_replace",
    ),
    ("select regexp_instr('Phone: +497003927877678', '[0-9]+')", [(9,)], _F + "regexp_instr"),
    ("select edit_distance('schmitt', 'Schmidt')", [(2,)], _F + "edit_distance"),
    # hashes
    ("select hash_md5('abc')", [("900150983cd24fb0d6963f7d28e17f72",)], _F + "hash_md5"),
    ("select hash_sha1('abc')", [("a9993e364706816aba3e25717850c26c9cd0d89d",)], _F + "hash_sha1"),
    ("select hash_sha('abc') = hash_sha1('abc')", [(True,)], _F + "hash_sha1"),
    ("select hashtype_md5('abc')", [("900150983cd24fb0d6963f7d28e17f72",)], _F + "hashtype_md5"),
    ("select hash_md5('a', 'bc') = hash_md5('abc')", [(True,)], _F + "hash_md5"),
    ("select hash_md5(null)", [(None,)], _F + "hash_md5"),
    # numbers
    ("select abs(-123), sign(-123), sign(0)", [(123, -1, 0)], _F + "abs"),
    ("select ceil(0.234), floor(4.567), ceil(-1.5), floor(-1.5)", [(1, 4, -1, -2)], _F + "ceil"),
    ("select round(123.456, 2), round(1.5)", [(D("123.46"), D(2))], _F + "round_number"),
    ("select trunc(123.456, 2), trunc(-1.9)", [(D("123.45"), D(-1))], _F + "trunc_number"),
    ("select mod(15, 6), div(15, 6)", [(3, 2)], _F + "mod"),
    ("select power(2, 10), sqrt(2) between 1.414 and 1.415", [(1024.0, True)], _F + "power"),
    ("select log(2, 1024), log10(10000), ln(exp(1))", [(10.0, 4.0, 1.0)], _F + "log"),
    ("select bit_and(9, 3), bit_or(9, 3), bit_xor(9, 3)", [(1, 11, 10)], _F + "bit_and"),
    # dates
    ("select add_days(date '2000-02-28', 1)", [(date(2000, 2, 29),)], _F + "add_days"),
    ("select add_days(timestamp '2001-02-28 12:00:00', 1)", [(datetime(2001, 3, 1, 12),)], _F + "add_days"),
    ("select add_months(date '2006-01-31', 1)", [(date(2006, 2, 28),)], _F + "add_months"),
    (
        "select add_months(timestamp '2006-01-31 12:00:00', 2)",
        [(datetime(2006, 3, 31, 12),)],
        _F + "add_months",
    ),
    ("select add_years(date '2000-02-29', 1)", [(date(2001, 2, 28),)], _F + "add_years"),
    ("select add_weeks(date '2000-02-28', 1)", [(date(2000, 3, 6),)], _F + "add_weeks"),
    ("select add_hours(timestamp '2000-01-01 00:00:00', 1)", [(datetime(2000, 1, 1, 1),)], _F + "add_hours"),
    (
        "select add_seconds(timestamp '2000-01-01 00:00:00', -1)",
        [(datetime(1999, 12, 31, 23, 59, 59),)],
        _F + "add_seconds",
    ),
    ("select days_between(date '1999-12-31', date '2000-01-01')", [(-1,)], _F + "days_between"),
    (
        "select hours_between(timestamp '2000-01-01 12:00:00', timestamp '2000-01-01 11:01:05')",
        [(0.981944444444444,)],
        _F + "hours_between",
    ),
    (
        "select months_between(date '2000-01-01', date '1999-12-15')",
        [(0.548387096774194,)],
        _F + "months_between",
    ),
    (
        "select years_between(date '2001-01-01', date '2000-06-15')",
        [(0.54569892473118,)],
        _F + "years_between",
    ),
    (
        "select year(date '2010-10-20'), month(date '2010-10-20'), day(date '2010-10-20')",
        [(2010, 10, 20)],
        _F + "year",
    ),
    ("select extract(second from timestamp '2000-10-01 12:22:59.123')", [(D("59.123"),)], _F + "extract"),
    ("select week(date '2012-01-05')", [(1,)], _F + "week"),
    ("select date_trunc('month', date '2006-12-31')", [(date(2006, 12, 1),)], _F + "date_trunc"),
    (
        "select date_trunc('minute', timestamp '2006-12-31 23:59:59')",
        [(datetime(2006, 12, 31, 23, 59),)],
        _F + "date_trunc",
    ),
    (
        "select trunc(date '2006-12-31', 'MM'), trunc(date '2006-12-31', 'Q')",
        [(date(2006, 12, 1), date(2006, 10, 1))],
        _F + "trunc_datetime",
    ),
    ("select posix_time('1970-01-01 00:00:01.000000')", [(1.0,)], _F + "posix_time"),
    ("select from_posix_time(1)", [(datetime(1970, 1, 1, 0, 0, 1),)], _F + "from_posix_time"),
    # conversions
    ("select cast('ABC' as char(15))", [("ABC            ",)], _F + "cast"),
    ("select cast('2006-01-01' as date)", [(date(2006, 1, 1),)], _F + "cast"),
    ("select convert(date, '2006-01-01')", [(date(2006, 1, 1),)], _F + "convert"),
    ("select cast(1.5 as decimal(5, 0)), cast('12.5' as double)", [(2, 12.5)], _F + "cast"),
    ("select cast(true as varchar(5)), cast('yes' as boolean)", [("TRUE", True)], _F + "cast"),
    ("select to_char(date '2013-12-31')", [("2013-12-31",)], _F + "to_char_datetime"),
    (
        "select to_char(timestamp '1999-12-31 23:59:00', 'HH24:MI:SS DD-MM-YYYY')",
        [("23:59:00 31-12-1999",)],
        _F + "to_char_datetime",
    ),
    ("select to_date('31-12-1999', 'DD-MM-YYYY')", [(date(1999, 12, 31),)], _F + "to_date"),
    (
        "select to_timestamp('23:59:00 31-12-1999', 'HH24:MI:SS DD-MM-YYYY')",
        [(datetime(1999, 12, 31, 23, 59),)],
        _F + "to_timestamp",
    ),
    (
        "select to_number('+123'), to_number('-123.45', '99999.999')",
        [(123.0, D("-123.45"))],
        _F + "to_number",
    ),
    ("select to_number('ff', 'XX')", [(255,)], _F + "to_number"),
    (
        "select is_number('+12.34'), is_boolean('xyz'), is_date('12.13.2011', 'DD.MM.YYYY')",
        [(True, False, False)],
        _F + "is",
    ),
    # queries
    ("select * from dual", [(None,)], "system_tables/metadata/dual"),
    ("select x from (values (1, 'a'), (2, 'b')) as v(x, y) where y = 'b'", [(2,)], "sql/select"),
    ("select 1 union select 1", [(1,)], "sql/table_operators"),
    ("select 1 union all select 1", [(1,), (1,)], "sql/table_operators"),
    ("select 1 minus select 1", [], "sql/table_operators"),
    ("with t(a) as (select 1) select a + 1 from t", [(2,)], "sql/select"),
    ("select a + 1 as b from (select 1 as a) where local.b = 2", [(2,)], "sql/select"),
    ("select rownum from (values (10), (20), (30)) as v(a) where rownum < 3", [(1,), (2,)], _F + "rownum"),
    ("select a from (values (3), (1), (2)) as v(a) order by a desc limit 2", [(3,), (2,)], "sql/select"),
    ("select a from (values (null), (1)) as v(a) order by a", [(1,), (None,)], "sql/select"),
    ("select a from (values (null), (1)) as v(a) order by a desc", [(None,), (1,)], "sql/select"),
    (
        "select a, count(*) from (values (1), (1), (2)) as v(a) group by a having count(*) > 1",
        [(1, 2)],
        "sql/select",
    ),
    (
        "select a from (values (1), (2)) as v(a) qualify row_number() over (order by a desc) = 1",
        [(2,)],
        "sql/select",
    ),
    ("select iproc() < nproc(), nproc()", [(True, 2)], _F + "nproc"),
    # aggregates
    (
        "select count(*), count(a), count(distinct a), sum(a), avg(a), median(a) from (values "
        "(1), (1), (4), (null)) as v(a)",
        [(4, 3, 2, 6, 2.0, 1.0)],
        _F + "count",
    ),
    (
        "select group_concat(a order by a desc separator ', ') from (values ('x'), ('y')) as v(a)",
        [("y, x",)],
        _F + "group_concat",
    ),
    ("select group_concat(a order by a) from (values ('x'), ('y')) as v(a)", [("x,y",)], _F + "group_concat"),
    (
        "select listagg(a, '-') within group (order by a) from (values ('x'), ('y')) as v(a)",
        [("x-y",)],
        _F + "listagg",
    ),
    ("select any(a > 1), every(a > 1) from (values (1), (2)) as v(a)", [(True, False)], _F + "any"),
    (
        "select percentile_cont(0.5) within group (order by a) from (values (1), (2)) as v(a)",
        [(1.5,)],
        _F + "percentile_cont",
    ),
    (
        "select a, lag(a) over (order by a), sum(a) over (order by a rows between unbounded "
        "preceding and current row) from (values (1), (2)) as v(a) order by a",
        [(1, None, 1), (2, 1, 3)],
        _F + "lag",
    ),
    (
        "select distinct first_value(a ignore nulls) over (order by b) from (values (null, 1), "
        "(7, 2)) as v(a, b) order by 1",
        [(7,), (None,)],
        _F + "first_value",
    ),
]

TYPES: list[tuple[str, list[str], str]] = [
    ("select 1, 12.50, 1e3, true", ["DECIMAL(1,0)", "DECIMAL(4,2)", "DOUBLE", "BOOLEAN"], "literals"),
    ("select 'abc', 'äb'", ["CHAR(3) ASCII", "CHAR(2) UTF8"], "literals"),
    (
        "select cast(1 as int), cast(1 as bigint), cast(1 as smallint)",
        ["DECIMAL(18,0)", "DECIMAL(36,0)", "DECIMAL(9,0)"],
        "data_types/data_type_aliases",
    ),
    (
        "select cast('x' as varchar(7)), cast('x' as char(3))",
        ["VARCHAR(7) UTF8", "CHAR(3) UTF8"],
        "data_types/datatypedetails",
    ),
    ("select date '2000-01-01', timestamp '2000-01-01 00:00:00'", ["DATE", "TIMESTAMP"], "literals"),
    (
        "select current_date, current_timestamp",
        ["DATE", "TIMESTAMP WITH LOCAL TIME ZONE"],
        _F + "current_date",
    ),
    (
        "select interval '1' year, interval '1' day",
        ["INTERVAL YEAR(2) TO MONTH", "INTERVAL DAY(2) TO SECOND(3)"],
        "literals",
    ),
    ("select hashtype_md5('a'), hash_md5('a')", ["HASHTYPE(16 BYTE)", "CHAR(32) ASCII"], _F + "hashtype_md5"),
    ("select count(*), sum(1), avg(1) from dual", ["DECIMAL(18,0)", "DECIMAL(36,0)", "DOUBLE"], _F + "count"),
    ("select 'ab' || 'cde', upper('ab')", ["VARCHAR(5) ASCII", "CHAR(2) ASCII"], "operators"),
]
