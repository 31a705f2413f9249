"""REGEXP_SUBSTR, REGEXP_REPLACE, REGEXP_INSTR: DuckDB's RE2 where it can do it, Python's `re` else."""

from __future__ import annotations

from exasol_sandbox.database.transforms import operators
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_integer
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.typed import INTEGER, LONG_TEXT, Typed, text_size, varchar


def _subject(call: Call, values: list[Typed]) -> tuple[Typed, Typed]:
    return call.translator.text(values[0]), call.translator.text(values[1])


def _numbers(values: list[Typed], *defaults: int) -> list[str]:
    given = [as_integer(value) for value in values]
    return given + [str(default) for default in defaults[len(given) :]]


def _is_simple(pattern: Typed, numbers: list[str], *plain: str) -> bool:
    return operators.is_re2(pattern) and numbers == list(plain)


@function("REGEXP_SUBSTR")
def regexp_substr(call: Call) -> Typed:
    """REGEXP_SUBSTR(t, pattern[, start[, occurrence]])."""
    values = call.expect(2, 4)
    text, pattern = _subject(call, values)
    numbers = _numbers(values[2:], 1, 1)
    result = varchar(text_size(text.type))
    if _is_simple(pattern, numbers, "1", "1"):
        return Typed(f"nullif(regexp_extract({text}, {pattern}), '')", result)
    return Typed(f"exa_regexp_substr({text}, {pattern}, {numbers[0]}, {numbers[1]})", result)


@function("REGEXP_REPLACE")
def regexp_replace(call: Call) -> Typed:
    """REGEXP_REPLACE(t, pattern[, replacement[, start[, occurrence]]]); occurrence 0 replaces all."""
    values = call.expect(2, 5)
    text, pattern = _subject(call, values)
    replacement = f"coalesce({call.translator.text(values[2])}, '')" if len(values) > 2 else "''"
    numbers = _numbers(values[3:], 1, 0)
    if _is_simple(pattern, numbers, "1", "0"):
        return Typed(f"nullif(regexp_replace({text}, {pattern}, {replacement}, 'g'), '')", LONG_TEXT)
    arguments = f"{text}, {pattern}, {replacement}, {numbers[0]}, {numbers[1]}"
    return Typed(f"nullif(exa_regexp_replace({arguments}), '')", LONG_TEXT)


@function("REGEXP_INSTR")
def regexp_instr(call: Call) -> Typed:
    """REGEXP_INSTR(t, pattern[, start[, occurrence[, return]]]): where a match begins, or, if return is 1,
    the place after it; 0 without a match."""
    values = call.expect(2, 5)
    text, pattern = _subject(call, values)
    numbers = ", ".join(_numbers(values[2:], 1, 1, 0))
    return Typed(f"exa_regexp_instr({text}, {pattern}, {numbers})", INTEGER)
