"""Aggregate and analytic functions."""

from __future__ import annotations

from decimal import Decimal as D

from .statement import FUNCTIONS, Statement

_STAFF = (
    "CREATE TABLE staff (name VARCHAR(20), department VARCHAR(20), age INT, salary DECIMAL(9,2))",
    "INSERT INTO staff VALUES ('Abel', 'sales', 31, 1000), ('Bea', 'sales', 25, 2000), "
    "('Cleo', 'it', 40, 3000), ('Dan', 'it', 17, 1000), ('Eve', NULL, 51, NULL)",
)
_ROOT = 1154.7005383792516


def _staff(page: str, sql: str, *rows: tuple[object, ...], types: tuple[str, ...] = ()) -> Statement:
    return Statement(f"SELECT {sql}", list(rows), FUNCTIONS + page, types, _STAFF, by_rule=True)


AGGREGATES = [
    _staff("any", "ANY(age < 18), SOME(age > 60) FROM staff", (True, False)),
    _staff("every", "EVERY(age > 16), EVERY(age > 18) FROM staff", (True, False)),
    _staff(
        "avg", "AVG(salary), AVG(DISTINCT salary) FROM staff", (1750.0, 2000.0), types=("DOUBLE", "DOUBLE")
    ),
    _staff(
        "count",
        "COUNT(*), COUNT(salary), COUNT(DISTINCT salary) FROM staff",
        (5, 4, 3),
        types=("DECIMAL(18,0)",) * 3,
    ),
    _staff("count", "COUNT(DISTINCT (department, salary)) FROM staff", (4,)),
    _staff("approximate_count_distinct", "APPROXIMATE_COUNT_DISTINCT(department) FROM staff", (2,)),
    _staff("sum", "SUM(age), SUM(salary) FROM staff", (164, D("7000.00"))),
    _staff("min", "MIN(age), MAX(age), MIN(name), MAX(name) FROM staff", (17, 51, "Abel", "Eve")),
    _staff("median", "MEDIAN(salary) FROM staff", (1500.0,)),
    _staff("percentile_cont", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY age) FROM staff", (31.0,)),
    _staff("percentile_disc", "PERCENTILE_DISC(0.25) WITHIN GROUP (ORDER BY age) FROM staff", (25,)),
    _staff("percentile_cont", "PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY age DESC) FROM staff", (40.0,)),
    _staff("group_concat", "GROUP_CONCAT(name ORDER BY name) FROM staff WHERE age < 35", ("Abel,Bea,Dan",)),
    _staff(
        "group_concat",
        "GROUP_CONCAT(name ORDER BY name DESC SEPARATOR '; ') FROM staff WHERE age < 35",
        ("Dan; Bea; Abel",),
    ),
    _staff("group_concat", "GROUP_CONCAT(DISTINCT department ORDER BY department) FROM staff", ("it,sales",)),
    _staff(
        "listagg",
        "LISTAGG(name, ', ') WITHIN GROUP (ORDER BY name) FROM staff WHERE age < 35",
        ("Abel, Bea, Dan",),
    ),
    _staff("stddev", "STDDEV_POP(age), VAR_POP(age) FROM staff WHERE name < 'C'", (3.0, 9.0)),
    _staff("stddev_samp", "STDDEV_SAMP(salary), STDDEV(salary) FROM staff WHERE age <> 25", (_ROOT, _ROOT)),
    _staff("var_samp", "VAR_SAMP(age), VARIANCE(age) FROM staff WHERE name < 'C'", (18.0, 18.0)),
    _staff("corr", "CORR(age, 2 * age + 1), COVAR_POP(age, age) FROM staff WHERE name < 'C'", (1.0, 9.0)),
    _staff("covar_samp", "COVAR_SAMP(age, age) FROM staff WHERE name < 'C'", (18.0,)),
    _staff(
        "regr_function",
        "REGR_SLOPE(2 * age + 1, age), REGR_INTERCEPT(2 * age + 1, age), REGR_R2(2 * age + 1, age), "
        "REGR_COUNT(age, salary) FROM staff",
        (2.0, 1.0, 1.0, 4),
    ),
    _staff(
        "regr_function",
        "REGR_AVGX(age, salary), REGR_AVGY(age, salary), REGR_SXX(age, age), REGR_SXY(age, age), "
        "REGR_SYY(age, age) FROM staff WHERE name < 'C'",
        (1500.0, 28.0, 18.0, 18.0, 18.0),
    ),
    _staff("first_value", "FIRST_VALUE(name) FROM staff WHERE name = 'Bea'", ("Bea",)),
    _staff("mul", "MUL(age) FROM staff WHERE name IN ('Dan', 'Cleo')", (680.0,)),
    _staff(
        "row_number",
        "name, ROW_NUMBER() OVER (ORDER BY age) FROM staff WHERE age < 30 ORDER BY 2",
        ("Dan", 1),
        ("Bea", 2),
    ),
    _staff(
        "rank",
        "name, RANK() OVER (ORDER BY salary), DENSE_RANK() OVER (ORDER BY salary) FROM staff "
        "WHERE salary IS NOT NULL ORDER BY 2, 1",
        ("Abel", 1, 1),
        ("Dan", 1, 1),
        ("Bea", 3, 2),
        ("Cleo", 4, 3),
    ),
    _staff(
        "lag",
        "name, LAG(name) OVER (ORDER BY name), LEAD(name, 2, 'none') OVER (ORDER BY name) "
        "FROM staff ORDER BY name",
        ("Abel", None, "Cleo"),
        ("Bea", "Abel", "Dan"),
        ("Cleo", "Bea", "Eve"),
        ("Dan", "Cleo", "none"),
        ("Eve", "Dan", "none"),
    ),
    _staff(
        "first_value",
        "name, FIRST_VALUE(name) OVER (PARTITION BY department ORDER BY age), "
        "LAST_VALUE(name) OVER (PARTITION BY department ORDER BY age ROWS BETWEEN UNBOUNDED PRECEDING AND "
        "UNBOUNDED FOLLOWING) FROM staff WHERE department = 'it' ORDER BY name",
        ("Cleo", "Dan", "Cleo"),
        ("Dan", "Dan", "Cleo"),
    ),
    _staff(
        "sum",
        "name, SUM(age) OVER (ORDER BY name ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM staff "
        "WHERE name < 'D' ORDER BY name",
        ("Abel", 31),
        ("Bea", 56),
        ("Cleo", 65),
    ),
    _staff(
        "ntile",
        "name, NTILE(2) OVER (ORDER BY name) FROM staff WHERE name < 'D' ORDER BY name",
        ("Abel", 1),
        ("Bea", 1),
        ("Cleo", 2),
    ),
    _staff(
        "nth_value",
        "DISTINCT NTH_VALUE(name, 2) OVER (ORDER BY name ROWS BETWEEN UNBOUNDED PRECEDING "
        "AND UNBOUNDED FOLLOWING) FROM staff",
        ("Bea",),
    ),
    _staff(
        "ratio_to_report",
        "name, RATIO_TO_REPORT(salary) OVER (PARTITION BY department) "
        "FROM staff WHERE department = 'it' ORDER BY name",
        ("Cleo", 0.75),
        ("Dan", 0.25),
    ),
    _staff(
        "cume_dist",
        "name, CUME_DIST() OVER (ORDER BY name), PERCENT_RANK() OVER (ORDER BY name) "
        "FROM staff WHERE name IN ('Abel', 'Bea') ORDER BY 1",
        ("Abel", 0.5, 0.0),
        ("Bea", 1.0, 1.0),
    ),
    _staff(
        "count",
        "COUNT(*) OVER (PARTITION BY department), name FROM staff WHERE name < 'C' ORDER BY name",
        (2, "Abel"),
        (2, "Bea"),
    ),
    _staff(
        "first_value",
        "LAST_VALUE(salary IGNORE NULLS) OVER (ORDER BY name), name "
        "FROM staff WHERE name > 'D' ORDER BY name",
        (D("1000.00"), "Dan"),
        (D("1000.00"), "Eve"),
    ),
    _staff(
        "median",
        "DISTINCT MEDIAN(age) OVER (PARTITION BY department) FROM staff WHERE department = 'sales'",
        (28.0,),
    ),
]
