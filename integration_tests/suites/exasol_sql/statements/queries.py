"""Queries: predicates, grouping, windows, hierarchies, set operations, JSON."""

from __future__ import annotations

from decimal import Decimal as D

from .statement import FUNCTIONS, Statement, checked, example

_PATHS = "functions/json_path_expressions"
_JSON_NAMES = (
    "CREATE TABLE json_input (id INT, json VARCHAR(2000000))",
    """INSERT INTO json_input VALUES (1, '{"first name" : "Claire", "surname" : "Doe"}')""",
    """INSERT INTO json_input VALUES (2, '{"first name" : "John", "age" : 20}')""",
)
_JSON_VALUES = (
    "CREATE TABLE json_input (id INT, json VARCHAR(2000000))",
    """INSERT INTO json_input VALUES (1, 'true'), (2, 'false'), (3, 'null'), (4, '42'), (5, '1.0')""",
    """INSERT INTO json_input VALUES (6, '"Exasol"')""",
)
_JSON_BROKEN = (
    "CREATE TABLE json_input (id INT, json VARCHAR(2000000))",
    """INSERT INTO json_input VALUES (1, '{"name" : "Smith"}'), (2, '{"surname" : "Smith"}')""",
    """INSERT INTO json_input VALUES (3, '{"name" : 1'), (4, '{"name" : "Doe"}')""",
)
_NUMBERS = ("CREATE TABLE t (x INT)", "INSERT INTO t VALUES 1, 2, 3, 4, 5, NULL")
_STAFF = (
    "CREATE TABLE staff (name VARCHAR(20), department VARCHAR(20), age INT, salary DECIMAL(9,2))",
    "INSERT INTO staff VALUES ('Abel', 'sales', 31, 1000), ('Bea', 'sales', 25, 2000), "
    "('Cleo', 'it', 40, 3000), ('Dan', 'it', 17, 1000), ('Eve', NULL, 51, NULL)",
)
_EMPLOYEES = (
    "CREATE TABLE employees (name VARCHAR(20), id INT, boss INT)",
    "INSERT INTO employees VALUES ('Smith', 0, NULL), ('Jackson', 1, 0), ('Huber', 2, 1), "
    "('Ohara', 3, 1), ('Cook', 4, 0), ('Pullman', 5, 4)",
)


def _on(
    table: tuple[str, ...], page: str, sql: str, *rows: tuple[object, ...], by_rule: bool = True
) -> Statement:
    return Statement(sql, list(rows), page, given=table, by_rule=by_rule)


def _staff(page: str, sql: str, *rows: tuple[object, ...]) -> Statement:
    return _on(_STAFF, page, sql, *rows)


JSON = [
    _on(
        _JSON_BROKEN,
        FUNCTIONS + "json_value",
        "SELECT id, JSON_VALUE(json, "
        "'$.name' NULL ON EMPTY DEFAULT 'invalid name' ON ERROR) AS \"JSON value\" "
        "FROM json_input ORDER BY id",
        (1, "Smith"),
        (2, None),
        (3, "invalid name"),
        (4, "Doe"),
        by_rule=False,
    ),
    checked(
        _on(
            _JSON_NAMES,
            _PATHS,
            "SELECT id, JSON_VALUE(json, '$.surname') AS result_value FROM json_input ORDER BY id",
            (1, "Doe"),
            (2, None),
            by_rule=False,
        )
    ),
    checked(
        _on(
            _JSON_NAMES,
            _PATHS,
            "SELECT id, JSON_VALUE(json, 'lax $.surname') AS result_value FROM json_input ORDER BY id",
            (1, "Doe"),
            (2, None),
            by_rule=False,
        )
    ),
    checked(
        _on(
            _JSON_VALUES,
            _PATHS,
            "SELECT id, JSON_VALUE(json, '$') AS result_value FROM json_input ORDER BY id",
            (1, "true"),
            (2, "false"),
            (3, None),
            (4, "42"),
            (5, "1.0"),
            (6, "Exasol"),
            by_rule=False,
        )
    ),
    *[
        checked(example("functions/json_error_handling", f"SELECT JSON_VALUE({arguments})", None))
        for arguments in (
            "NULL, '$.name'",
            """'{"name" : "John"', '$.name' NULL ON ERROR""",
            "'[1, 2, 3]', '$[4]' NULL ON EMPTY",
            """'{"name" : "John"}', '$.surname' NULL ON EMPTY""",
            "'[1, 2, 3]', '$[*]' NULL ON ERROR",
            """'{"a" : 1, "b" : 2}', '$.*' NULL ON ERROR""",
        )
    ],
    Statement(
        "SELECT JSON_VALUE('{\"a\": {\"b\": [1, 2]}}', '$.a.b[1]' RETURNING INT)",
        [(2,)],
        FUNCTIONS + "json_value",
        ("DECIMAL(18,0)",),
        by_rule=True,
    ),
    Statement(
        "SELECT JSON_VALUE('{}', '$.a' DEFAULT 'none' ON EMPTY)",
        [("none",)],
        FUNCTIONS + "json_value",
        by_rule=True,
    ),
]

QUERIES = [
    example("predicates/like", "SELECT 'abcd' LIKE 'a_d', '%bcd' LIKE '\\%%d'", False, True),
    example(
        "predicates/regexp_like",
        r"SELECT 'My mail address is my_mail@exasol.com' "
        r"REGEXP_LIKE '(?i).*[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,4}.*'",
        True,
    ),
    example("predicates/is_null", "SELECT NULL IS NULL, 'abc' IS NULL", True, False),
    example("operators", "SELECT 'abc' || 'DEF'", "abcDEF"),
    example("operators", "SELECT 1000 + 234", 1234),
    example("sql/select", "SELECT 1 + 1 AS a, LOCAL.a * 10", 2, 20),
    _on(
        _NUMBERS, "predicates/between", "SELECT x FROM t WHERE x BETWEEN 2 AND 4 ORDER BY x", (2,), (3,), (4,)
    ),
    _on(_NUMBERS, "predicates/in", "SELECT x FROM t WHERE x IN (2, 4) ORDER BY x", (2,), (4,)),
    _on(_NUMBERS, "predicates/in", "SELECT x FROM t WHERE x NOT IN (2, 4) ORDER BY x", (1,), (3,), (5,)),
    _on(_NUMBERS, "predicates/exists", "SELECT 1 FROM dual WHERE EXISTS (SELECT 1 FROM t WHERE x = 5)", (1,)),
    _on(_NUMBERS, "predicates/is_null", "SELECT COUNT(*) FROM t WHERE x IS NULL", (1,)),
    _on(
        _NUMBERS,
        "predicates/comparison",
        "SELECT x FROM t WHERE x != 1 AND x ^= 2 AND x <> 3 ORDER BY x",
        (4,),
        (5,),
    ),
    _on(_NUMBERS, "sql/select", "SELECT x FROM t ORDER BY x NULLS FIRST LIMIT 2", (None,), (1,)),
    _on(_NUMBERS, "sql/select", "SELECT x FROM t ORDER BY x DESC LIMIT 2", (None,), (5,)),
    _on(_NUMBERS, "sql/select", "SELECT x FROM t ORDER BY x LIMIT 2 OFFSET 1", (2,), (3,)),
    _on(_NUMBERS, "sql/select", "SELECT x FROM t ORDER BY x LIMIT 1, 2", (2,), (3,)),
    _on(_NUMBERS, "sql/select", "SELECT x AS y FROM t WHERE LOCAL.y < 2", (1,)),
    _on(
        _NUMBERS,
        "sql/select",
        "SELECT MOD(x, 2) AS m, COUNT(*) FROM t GROUP BY LOCAL.m ORDER BY 1",
        (0, 2),
        (1, 3),
        (None, 1),
    ),
    _on(_NUMBERS, "sql/select", "SELECT DISTINCT MOD(x, 2) FROM t ORDER BY 1", (0,), (1,), (None,)),
    _on(_NUMBERS, "sql/select", "WITH big AS (SELECT x FROM t WHERE x > 3) SELECT SUM(x) FROM big", (9,)),
    _on(_NUMBERS, "sql/select", "SELECT a.x FROM t a JOIN t b ON a.x = b.x + 3 ORDER BY 1", (4,), (5,)),
    _on(_NUMBERS, "sql/select", "SELECT x FROM t JOIN (SELECT 2 AS x) b USING (x)", (2,)),
    _on(
        _NUMBERS, "sql/select", "SELECT COUNT(*) FROM t a LEFT JOIN t b ON a.x = b.x WHERE b.x IS NULL", (1,)
    ),
    _on(_NUMBERS, "sql/table_operators", "SELECT x FROM t WHERE x < 3 UNION SELECT 2 ORDER BY x", (1,), (2,)),
    _on(
        _NUMBERS,
        "sql/table_operators",
        "SELECT x FROM t WHERE x < 3 UNION ALL SELECT 2 ORDER BY x",
        (1,),
        (2,),
        (2,),
    ),
    _on(_NUMBERS, "sql/table_operators", "SELECT x FROM t INTERSECT SELECT 2", (2,)),
    _on(
        _NUMBERS, "sql/table_operators", "SELECT x FROM t WHERE x < 4 EXCEPT SELECT 2 ORDER BY x", (1,), (3,)
    ),
    _on(_NUMBERS, "sql/table_operators", "SELECT x FROM t WHERE x < 4 MINUS SELECT 2 ORDER BY x", (1,), (3,)),
    _on(
        _NUMBERS,
        "sql/select",
        "SELECT x FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY x DESC NULLS LAST) = 1",
        (5,),
    ),
    _on((), "sql/select", "SELECT * FROM VALUES BETWEEN 1 AND 3", (1,), (2,), (3,)),
    _on((), "sql/select", "SELECT * FROM VALUES BETWEEN 1 AND 10 WITH STEP 4", (1,), (5,), (9,)),
    _on(
        (),
        "sql/select",
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, c) ORDER BY n",
        (1, "a"),
        (2, "b"),
    ),
    _on(
        (),
        "functions/alphabeticallistfunctions/case",
        "SELECT CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' END",
        ("two",),
    ),
    _on((), "predicates/between", "SELECT 2 BETWEEN 1 AND 3, NULL BETWEEN 1 AND 2", (True, None)),
    _staff(
        FUNCTIONS + "if",
        "SELECT name, IF age < 18 THEN 'underage' ELSE 'adult' ENDIF AS legality "
        "FROM staff WHERE age < 30 ORDER BY name",
        ("Bea", "adult"),
        ("Dan", "underage"),
    ),
    _staff(
        "sql/select",
        "SELECT department, SUM(salary) FROM staff GROUP BY ROLLUP (department) ORDER BY 2, 1",
        ("sales", D("3000.00")),
        ("it", D("4000.00")),
        (None, D("7000.00")),
        (None, None),
    ),
    _staff(
        FUNCTIONS + "grouping",
        "SELECT department, COUNT(*), GROUPING(department) "
        "FROM staff GROUP BY ROLLUP (department) ORDER BY 3, 1",
        ("it", 2, 0),
        ("sales", 2, 0),
        (None, 1, 0),
        (None, 5, 1),
    ),
    _staff(
        FUNCTIONS + "grouping",
        "SELECT department, salary, GROUPING(department, salary), COUNT(*) "
        "FROM staff WHERE department = 'it' "
        "GROUP BY CUBE (department, salary) ORDER BY 3, 2",
        ("it", D("1000.00"), 0, 1),
        ("it", D("3000.00"), 0, 1),
        ("it", None, 1, 2),
        (None, D("1000.00"), 2, 1),
        (None, D("3000.00"), 2, 1),
        (None, None, 3, 2),
    ),
    _staff(
        "sql/select",
        "SELECT department, name, COUNT(*) FROM staff WHERE department = 'it' "
        "GROUP BY GROUPING SETS ((department), (name), ()) ORDER BY 1, 2",
        ("it", None, 2),
        (None, "Cleo", 1),
        (None, "Dan", 1),
        (None, None, 2),
    ),
    _on(
        _EMPLOYEES,
        "sql/select",
        "SELECT name, LEVEL, SYS_CONNECT_BY_PATH(name, '/') FROM employees "
        "START WITH name = 'Smith' CONNECT BY PRIOR id = boss ORDER BY 3",
        ("Smith", 1, "/Smith"),
        ("Cook", 2, "/Smith/Cook"),
        ("Pullman", 3, "/Smith/Cook/Pullman"),
        ("Jackson", 2, "/Smith/Jackson"),
        ("Huber", 3, "/Smith/Jackson/Huber"),
        ("Ohara", 3, "/Smith/Jackson/Ohara"),
    ),
    _on(
        _EMPLOYEES,
        "sql/select",
        "SELECT name, CONNECT_BY_ROOT name, CONNECT_BY_ISLEAF FROM employees "
        "START WITH boss = 0 CONNECT BY PRIOR id = boss ORDER BY 1",
        ("Cook", "Cook", 0),
        ("Huber", "Jackson", 1),
        ("Jackson", "Jackson", 0),
        ("Ohara", "Jackson", 1),
        ("Pullman", "Cook", 1),
    ),
    _on((), "sql/select", "SELECT LEVEL FROM dual CONNECT BY LEVEL <= 3", (1,), (2,), (3,)),
]
