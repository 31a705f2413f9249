"""What the demo trains on: a table, its key, its target, and which rows are held out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo.csv_file import CsvColumn, CsvFile, read_csv
from exasol_sagemaker.demo.csv_types import Value, text_type

#: What Autopilot wants at least, https://docs.aws.amazon.com/sagemaker/latest/dg/autopilot-datasets-problem-types.html
MIN_TRAINING_ROWS = 500
MAX_CLASSES = 100

#: Shares of held-out rows that `key % 5 = 0` may give before the key is hashed instead.
_SANE_SHARE = (0.1, 0.4)
#: 0x33 of 0x100 is a fifth.
_HASH_LIMIT = "33"


@dataclass(frozen=True)
class HoldOut:
    """The rule that keeps a fifth of the rows from training.

    Args:
        sql: a condition that is true for held-out rows.
        words: the same for people.
        holds: the same for a key as Python has it.
    """

    sql: str
    words: str
    holds: Callable[[Value], bool]


@dataclass(frozen=True)
class CsvDataset:
    """A CSV file that can be trained on."""

    file: CsvFile
    target: CsvColumn
    key: CsvColumn
    hold_out: HoldOut


def every_fifth(name: str, header: str) -> HoldOut:
    """Every key that 5 divides, for integers."""
    return HoldOut(
        f'mod("{name}", 5) = 0', f"{header} % 5 = 0", lambda key: isinstance(key, int) and key % 5 == 0
    )


def by_hash(column: CsvColumn) -> HoldOut:
    """A fifth of the keys, by the first byte of their MD5."""
    text = f'"{column.name}"' if column.type.kind == "text" else f'to_char("{column.name}")'
    return HoldOut(
        f"substr(hash_md5({text}), 1, 2) < '{_HASH_LIMIT}'",
        f"a fifth of the keys by the MD5 of {column.header}",
        lambda key: md5(str(key).encode(), usedforsecurity=False).hexdigest()[:2] < _HASH_LIMIT,
    )


def csv_dataset(path: Path, *, target: str, key: str) -> CsvDataset:
    """Read a CSV file and find out whether it can be trained on.

    Raises:
        CliError: it cannot; the message says where and why.
    """
    file = read_csv(path)
    target_column = file.column(target, "--target")
    key_column = file.column(key, "--key")
    if target_column == key_column:
        raise CliError(
            f"--target and --key are the same column, {target_column.header!r}.",
            next_step="The key names a row, the target is what shall be predicted: give two columns.",
        )
    if len(file.columns) < 3:
        raise CliError(
            f"{path} has no column to learn from beside target and key.",
            next_step="Give a file with at least one more column.",
        )
    _check_key(file, key_column)
    if key_column.type.kind not in ("integer", "text"):
        file, key_column = _key_as_text(file, key_column)
    hold_out = _hold_out(file, key_column)
    _check_target(file, target_column, key_column, hold_out)
    return CsvDataset(file, target_column, key_column, hold_out)


def _check_key(file: CsvFile, key: CsvColumn) -> None:
    seen: dict[Value, int] = {}
    for value, line in zip(file.values(key), file.lines, strict=True):
        if value is None:
            raise CliError(
                f"{file.path}, line {line}: the key {key.header!r} is empty.",
                why="Predictions are matched to rows by this column.",
                next_step="Fill it, or give another column with --key.",
            )
        if value in seen:
            raise CliError(
                f"{file.path}, line {line}: the key {key.header!r} has the value {value!r} again.",
                why=f"Line {seen[value]} has it too; a key must be different in each row.",
                next_step="Give another column with --key.",
            )
        seen[value] = line


def _key_as_text(file: CsvFile, key: CsvColumn) -> tuple[CsvFile, CsvColumn]:
    index = file.columns.index(key)
    as_text = CsvColumn(key.header, key.name, text_type([record[index] for record in file.records]))
    columns = (*file.columns[:index], as_text, *file.columns[index + 1 :])
    return CsvFile(file.path, columns, file.lines, file.records), as_text


def _hold_out(file: CsvFile, key: CsvColumn) -> HoldOut:
    rule = every_fifth(key.name, key.header)
    keys = file.values(key)
    low, high = _SANE_SHARE
    if low <= sum(map(rule.holds, keys)) / len(keys) <= high:
        return rule
    return by_hash(key)


def _check_target(file: CsvFile, target: CsvColumn, key: CsvColumn, hold_out: HoldOut) -> None:
    held_out = [hold_out.holds(value) for value in file.values(key)]
    known = [
        value
        for value, out in zip(file.values(target), held_out, strict=True)
        if not out and value is not None
    ]
    if len(known) < MIN_TRAINING_ROWS:
        raise CliError(
            f"{file.path} has {len(known)} rows to train on; Autopilot wants at least {MIN_TRAINING_ROWS}.",
            why=f"Of {len(held_out)} rows {sum(held_out)} are held out ({hold_out.words}), and rows without "
            f"a value of {target.header!r} cannot be learned from.",
            next_step="Give a file with more rows.",
        )
    classes = Counter(known)
    if len(classes) == 1:
        raise CliError(
            f"{file.path}: the target {target.header!r} is always {known[0]!r} in the rows to train on.",
            why="There is nothing to tell apart.",
            next_step="Give another column with --target, or more rows.",
        )
    if target.type.kind == "text" and len(classes) > MAX_CLASSES:
        raise CliError(
            f"{file.path}: the target {target.header!r} has {len(classes)} different texts.",
            why="A text target is learned as classes, and these are too many to be classes.",
            next_step="Give a column with numbers or with a few classes as --target.",
        )
    if target.type.kind in ("date", "timestamp"):
        raise CliError(
            f"{file.path}: the target {target.header!r} is a {target.type.kind}.",
            why="Autopilot predicts classes and numbers.",
            next_step="Give another column with --target.",
        )
