"""String functions. Where a result may be empty it becomes NULL, as '' is in Exasol."""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.transforms import operators
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_integer
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.typed import INTEGER, LONG_TEXT, Typed, text_size, varchar


def _texts(call: Call, least: int, most: int | None = None) -> list[Typed]:
    return [call.translator.text(arg) for arg in call.expect(least, most)]


def _text(call: Call, value: Typed) -> Typed:
    return call.translator.text(value)


def _whole(value: Typed) -> int | None:
    return int(value.sql) if value.constant and value.sql.isdigit() else None


@function("UPPER", "UCASE")
def upper(call: Call) -> Typed:
    """UPPER(t)."""
    (text,) = _texts(call, 1)
    return Typed(f"upper({text})", text.type)


@function("LOWER", "LCASE")
def lower(call: Call) -> Typed:
    """LOWER(t)."""
    (text,) = _texts(call, 1)
    return Typed(f"lower({text})", text.type)


@function("INITCAP")
def initcap(call: Call) -> Typed:
    """INITCAP(t): refused, DuckDB has no such function."""
    raise call.refuse("as a function")


@function("LENGTH", "CHARACTER_LENGTH", "CHAR_LENGTH")
def length(call: Call) -> Typed:
    """LENGTH(t) in characters."""
    (text,) = _texts(call, 1)
    return Typed(f"length({text})", INTEGER)


@function("OCTET_LENGTH")
def octet_length(call: Call) -> Typed:
    """OCTET_LENGTH(t) in bytes."""
    (text,) = _texts(call, 1)
    return Typed(f"octet_length(encode({text}))", INTEGER)


@function("BIT_LENGTH")
def bit_length(call: Call) -> Typed:
    """BIT_LENGTH(t)."""
    (text,) = _texts(call, 1)
    return Typed(f"octet_length(encode({text})) * 8", INTEGER)


@function("SUBSTR", "SUBSTRING", "MID")
def substr(call: Call) -> Typed:
    """SUBSTR(t, start[, length]) and SUBSTRING(t FROM start FOR length); a negative start counts from the
    end."""
    node = call.node
    if isinstance(node, exp.Substring):
        parts = [node.this, node.args["start"], node.args.get("length")]
        values = [call.translator(part) for part in parts if part is not None]
    else:
        values = call.expect(2, 3)
    text = _text(call, values[0])
    start = as_integer(values[1])
    if len(values) == 2:
        return Typed(f"exa_substring_from({text}, {start})", varchar(text_size(text.type)))
    size = _whole(values[2])
    longest = text_size(text.type)
    result = varchar(min(longest, size) if size is not None else longest)
    return Typed(f"exa_substring({text}, {start}, {as_integer(values[2])})", result)


@function("LEFT")
def left(call: Call) -> Typed:
    """LEFT(t, n)."""
    text, count = call.expect(2)
    text = _text(call, text)
    return Typed(f"nullif(left({text}, greatest({as_integer(count)}, 0)), '')", varchar(text_size(text.type)))


@function("RIGHT")
def right(call: Call) -> Typed:
    """RIGHT(t, n)."""
    text, count = call.expect(2)
    text = _text(call, text)
    return Typed(
        f"nullif(right({text}, greatest({as_integer(count)}, 0)), '')", varchar(text_size(text.type))
    )


@function("TRIM", "LTRIM", "RTRIM")
def trim(call: Call) -> Typed:
    """TRIM(t[, characters]), and the same at one side."""
    values = _texts(call, 1, 2)
    characters = values[1].sql if len(values) == 2 else "' '"
    return Typed(
        f"nullif({call.name.lower()}({values[0]}, {characters}), '')", varchar(text_size(values[0].type))
    )


@function("LPAD", "RPAD")
def pad(call: Call) -> Typed:
    """LPAD(t, n[, padding]) and RPAD."""
    values = call.expect(2, 3)
    text = _text(call, values[0])
    padding = _text(call, values[2]).sql if len(values) == 3 else "' '"
    size = _whole(values[1])
    return Typed(
        f"nullif({call.name.lower()}({text}, CAST({as_integer(values[1])} AS INTEGER), {padding}), '')",
        varchar(size),
    )


@function("REPLACE")
def replace(call: Call) -> Typed:
    """REPLACE(t, search[, replacement])."""
    values = _texts(call, 2, 3)
    replacement = f"coalesce({values[2]}, '')" if len(values) == 3 else "''"
    search = f"coalesce({values[1]}, '')"
    return Typed(f"nullif(replace({values[0]}, {search}, {replacement}), '')", LONG_TEXT)


@function("TRANSLATE")
def translate(call: Call) -> Typed:
    """TRANSLATE(t, from, to)."""
    text, source, target = _texts(call, 3)
    return Typed(f"nullif(translate({text}, {source}, coalesce({target}, '')), '')", text.type)


@function("REVERSE")
def reverse(call: Call) -> Typed:
    """REVERSE(t)."""
    (text,) = _texts(call, 1)
    return Typed(f"reverse({text})", text.type)


@function("REPEAT")
def repeat(call: Call) -> Typed:
    """REPEAT(t, n)."""
    text, count = call.expect(2)
    return Typed(f"nullif(repeat({_text(call, text)}, {as_integer(count)}), '')", LONG_TEXT)


@function("SPACE")
def space(call: Call) -> Typed:
    """SPACE(n)."""
    (count,) = call.expect(1)
    return Typed(f"nullif(repeat(' ', {as_integer(count)}), '')", LONG_TEXT)


@function("CONCAT")
def concat(call: Call) -> Typed:
    """CONCAT(a, b, …), like `||`."""
    return operators.concatenate(call.translator, call.expect(2, 1000))


@function("INSTR", "LOCATE")
def instr(call: Call) -> Typed:
    """INSTR(t, search) and LOCATE(search, t); a start position or occurrence is refused."""
    if len(call.nodes) > 2:
        raise call.refuse("with a start position")
    first, second = _texts(call, 2)
    text, search = (first, second) if call.name == "INSTR" else (second, first)
    return Typed(f"strpos({text}, {search})", INTEGER)


@function("POSITION")
def position(call: Call) -> Typed:
    """POSITION(search IN t)."""
    text = _text(call, call.translator(call.node.this))
    search = _text(call, call.translator(call.node.args["substr"]))
    return Typed(f"strpos({text}, {search})", INTEGER)


@function("ASCII", "UNICODE")
def code(call: Call) -> Typed:
    """UNICODE(character) and ASCII(character)."""
    (text,) = _texts(call, 1)
    return Typed(f"unicode({text})", INTEGER)


@function("CHR", "CHAR", "UNICODECHR")
def character(call: Call) -> Typed:
    """CHR(code)."""
    (number,) = call.expect(1)
    return Typed(f"chr(CAST({as_integer(number)} AS INTEGER))", DataType.char(1))


@function("REGEXP_SUBSTR")
def regexp_substr(call: Call) -> Typed:
    """REGEXP_SUBSTR(t, pattern[, start]); an occurrence other than the first is refused."""
    values = call.expect(2, 4)
    text, pattern = _text(call, values[0]), _text(call, values[1])
    operators.check_pattern(pattern)
    if len(values) == 4 and values[3].sql != "1":
        raise call.refuse("with an occurrence other than 1")
    subject = (
        f"substr({text}, {as_integer(values[2])})" if len(values) > 2 and values[2].sql != "1" else text.sql
    )
    return Typed(f"nullif(regexp_extract({subject}, {pattern}), '')", varchar(text_size(text.type)))


@function("REGEXP_REPLACE")
def regexp_replace(call: Call) -> Typed:
    """REGEXP_REPLACE(t, pattern[, replacement]); position and occurrence are refused unless 1 and 0."""
    values = call.expect(2, 5)
    text, pattern = _text(call, values[0]), _text(call, values[1])
    operators.check_pattern(pattern)
    if [value.sql for value in values[3:]] not in ([], ["1"], ["1", "0"]):
        raise call.refuse("with a position or occurrence")
    replacement = f"coalesce({_text(call, values[2])}, '')" if len(values) > 2 else "''"
    return Typed(f"nullif(regexp_replace({text}, {pattern}, {replacement}, 'g'), '')", LONG_TEXT)


@function("REGEXP_INSTR")
def regexp_instr(call: Call) -> Typed:
    """REGEXP_INSTR(t, pattern): the position of the first match, 0 without one."""
    text, pattern = _texts(call, 2)
    operators.check_pattern(pattern)
    found = f"regexp_extract({text}, {pattern})"
    return Typed(f"CASE WHEN {found} = '' THEN 0 ELSE strpos({text}, {found}) END", INTEGER)


@function("EDIT_DISTANCE")
def edit_distance(call: Call) -> Typed:
    """EDIT_DISTANCE(a, b): Levenshtein's."""
    a, b = _texts(call, 2)
    return Typed(f"levenshtein({a}, {b})", INTEGER)
