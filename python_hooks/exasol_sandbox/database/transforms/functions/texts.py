"""String functions. Where a result may be empty it becomes NULL, as '' is in Exasol."""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
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
    """INITCAP(t): the first letter of each word large, the others small."""
    (text,) = _texts(call, 1)
    return Typed(f"exa_initcap({text})", text.type)


@function("SOUNDEX", "COLOGNE_PHONETIC")
def phonetic(call: Call) -> Typed:
    """SOUNDEX(t) and COLOGNE_PHONETIC(t)."""
    (text,) = _texts(call, 1)
    result = DataType.char(4, "ASCII") if call.name == "SOUNDEX" else varchar(2 * text_size(text.type))
    return Typed(f"exa_{call.name.lower()}({text})", result)


@function("DUMP")
def dump(call: Call) -> Typed:
    """DUMP(t): length in bytes, character set and bytes; other formats than decimal are refused."""
    if len(call.nodes) > 1:
        raise call.refuse("with a format")
    (text,) = _texts(call, 1)
    return Typed(f"coalesce(exa_dump({text}), 'NULL')", LONG_TEXT)


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
        parts = [node.this, node.args.get("start"), node.args.get("length")]
        if parts[1] is None:
            raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, SUBSTRING expects a position")
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
    """INSTR(t, search[, start[, occurrence]]) and LOCATE(search, t[, start]); a negative start searches
    backwards from there."""
    values = call.expect(2, 4 if call.name == "INSTR" else 3)
    first, second = (_text(call, value) for value in values[:2])
    text, search = (first, second) if call.name == "INSTR" else (second, first)
    if len(values) == 2:
        return Typed(f"strpos({text}, {search})", INTEGER)
    numbers = [as_integer(value) for value in values[2:]] + ["1"]
    return Typed(f"exa_instr({text}, {search}, {numbers[0]}, {numbers[1]})", INTEGER)


@function("INSERT")
def insert(call: Call) -> Typed:
    """INSERT(t, start, length, new): `new` in place of so many characters."""
    values = call.expect(4)
    text, new = _text(call, values[0]), _text(call, values[3])
    result = varchar(text_size(text.type) + text_size(new.type))
    sql = f"exa_insert({text}, {as_integer(values[1])}, {as_integer(values[2])}, {new})"
    return Typed(sql, result)


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


@function("EDIT_DISTANCE")
def edit_distance(call: Call) -> Typed:
    """EDIT_DISTANCE(a, b): Levenshtein's."""
    a, b = _texts(call, 2)
    return Typed(f"levenshtein({a}, {b})", INTEGER)
