"""A user's own CSV: what the demo makes of it, and what it refuses before anything is started."""

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pyexasol
import pytest
import yaml

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo.csv_file import read_csv
from exasol_sagemaker.demo.csv_types import infer_type
from exasol_sagemaker.demo.dataset import CsvDataset, csv_dataset
from exasol_sagemaker.demo.project import project_name
from exasol_sagemaker.demo.subject import csv_subject

ROWS = [[str(number), str(number % 7), "yes" if number % 3 else "no"] for number in range(1000)]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(rows: Sequence[Sequence[str]], header: Sequence[str] = ("id", "dial", "bought")) -> Path:
        path = tmp_path / "data.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write_file


def dataset(path: Path, target: str = "bought", key: str = "id") -> CsvDataset:
    return csv_dataset(path, target=target, key=key)


def refusal(path: Path, target: str = "bought", key: str = "id") -> str:
    with pytest.raises(CliError) as caught:
        dataset(path, target, key)
    return str(caught.value)


@pytest.mark.parametrize(
    ("fields", "sql", "values"),
    [
        (["1", "-2", "", "0"], "DECIMAL(18,0)", [1, -2, None, 0]),
        (["1234567890123456789012"], "DECIMAL(36,0)", [1234567890123456789012]),
        (["1.5", "20", "NA", ".25"], "DECIMAL(18,2)", [Decimal("1.5"), Decimal(20), None, Decimal("0.25")]),
        (["1e-3", "2.5", "NaN"], "DOUBLE PRECISION", [0.001, 2.5, None]),
        (["true", "FALSE", ""], "BOOLEAN", [True, False, None]),
        (["2024-02-29", "null"], "DATE", ["2024-02-29", None]),
        (
            ["2024-02-29T12:30:00", "2024-02-29 12:30:00.25"],
            "TIMESTAMP",
            ["2024-02-29 12:30:00.000", "2024-02-29 12:30:00.250"],
        ),
        (["2023-02-29"], "VARCHAR(16)", ["2023-02-29"]),
        (["007", "12"], "VARCHAR(10)", ["007", "12"]),
        (["NA", "x", ""], "VARCHAR(10)", ["NA", "x", None]),
        (["", "NA"], "VARCHAR(10)", [None, "NA"]),
        (["ß" * 11], "VARCHAR(16)", ["ß" * 11]),
        (["9" * 37], "VARCHAR(64)", ["9" * 37]),
    ],
)
def test_a_column_gets_the_narrowest_type_for_all_its_fields(
    fields: list[str], sql: str, values: list[object]
) -> None:
    found = infer_type(fields)

    assert (found.sql, [found.parse(field) for field in fields]) == (sql, values)


def test_rows_come_typed_and_in_order(write: Write) -> None:
    file = read_csv(write([["7", 'x, "y"\nz', ""]], ["id", "text", "nothing"]))

    assert list(file.rows()) == [(7, 'x, "y"\nz', None)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_in_the_header(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f"id{separator}text\n1{separator}a\n", encoding="utf-8")

    assert list(read_csv(path).rows()) == [(1, "a")]


def test_headers_become_names_that_need_no_quotes(write: Write) -> None:
    file = read_csv(write([["1", "2", "3"]], ["Größe (cm)", "2nd", " id "]))

    assert [column.name for column in file.columns] == ["GROSSE__CM_", "C2ND", "ID"]


@pytest.mark.parametrize(
    ("stem", "name"), [("Umsätze-2024", "umsatze_2024"), ("2024", "data_2024"), ("日本", "data")]
)
def test_a_files_name_becomes_the_projects(stem: str, name: str) -> None:
    assert project_name(stem) == name


def test_a_file_may_be_called_as_a_word_that_the_database_keeps_to_itself(
    write: Write, tmp_path: Path, exasol: pyexasol.ExaConnection
) -> None:
    data = dataset(write(ROWS).rename(tmp_path / "order.csv"))
    csv_subject(data).write_project(tmp_path / "project")
    profiles = yaml.safe_load((tmp_path / "project" / "profiles.yml").read_text())
    schema = profiles["exasol_sagemaker"]["outputs"]["sandbox"]["schema"]

    exasol.execute(f"CREATE SCHEMA {schema}")
    exasol.execute(f"DROP SCHEMA {schema}")


def test_every_fifth_integer_key_is_held_out(write: Write) -> None:
    hold_out = dataset(write(ROWS)).hold_out

    assert hold_out.sql == 'mod("ID", 5) = 0'
    assert [key for key in range(12) if hold_out.holds(key)] == [0, 5, 10]


@pytest.mark.parametrize("key", ["customer {}", "{}0"])
def test_other_keys_are_held_out_by_hash(write: Write, key: str) -> None:
    data = dataset(write([[key.format(row[0]), *row[1:]] for row in ROWS]))

    share = sum(map(data.hold_out.holds, data.file.values(data.key))) / len(ROWS)

    assert "hash_md5" in data.hold_out.sql
    assert 0.15 < share < 0.25


def test_a_date_as_key_is_loaded_as_text(write: Write) -> None:
    dates = [[f"{1000 + number}-01-01", *row[1:]] for number, row in enumerate(ROWS)]

    assert dataset(write(dates)).key.type.sql == "VARCHAR(16)"


def test_target_and_key_may_be_in_another_case(write: Write) -> None:
    data = dataset(write(ROWS), target="BOUGHT", key="Id")

    assert (data.target.header, data.key.header) == ("bought", "id")


def test_a_missing_file(tmp_path: Path) -> None:
    assert "nowhere.csv cannot be read.\nNo such file" in refusal(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(content, encoding="utf-8")

    assert "data.csv is empty." in refusal(path)


def test_a_header_without_rows(write: Write) -> None:
    assert "a header but no rows" in refusal(write([]))


def test_a_ragged_row_is_named_by_its_line_in_the_file(write: Write) -> None:
    rows = [["0", "two\nlines", "yes"], *ROWS[1:40], ["40", "1"], *ROWS[41:]]

    assert "line 43: 2 fields, but the header has 3." in refusal(write(rows))


def test_a_byte_that_is_not_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes("id,name,bought\n1,Mueller,no\n2,Müller,no\n".encode("latin-1"))

    assert "line 3: the byte 0xfc is not UTF-8." in refusal(path)


def test_an_open_quote(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('id,name,bought\n1,"open,no\n', encoding="utf-8")

    assert "not valid CSV" in refusal(path)


@pytest.mark.parametrize("header", [["id", "dial", "id"], ["id", "Bought", "bought"], ["id", "a b", "a_b"]])
def test_two_columns_with_one_name(write: Write, header: list[str]) -> None:
    assert f"line 1: the column {header[2]!r} occurs twice" in refusal(write(ROWS, header))


def test_a_column_without_a_name(write: Write) -> None:
    assert "column 2 has no name" in refusal(write(ROWS, ["id", " ", "bought"]))


def test_a_missing_target_names_the_closest(write: Write) -> None:
    message = refusal(write(ROWS), target="bougth")

    assert "no column 'bougth' (--target)" in message
    assert "Did you mean --target bought?" in message


def test_a_missing_key_lists_the_columns(write: Write) -> None:
    message = refusal(write(ROWS), key="zzzz")

    assert "no column 'zzzz' (--key)" in message
    assert "id, dial, bought" in message


def test_one_column_as_target_and_key(write: Write) -> None:
    assert "the same column" in refusal(write(ROWS), target="id")


def test_nothing_to_learn_from(write: Write) -> None:
    assert "no column to learn from" in refusal(write([[row[0], row[2]] for row in ROWS], ["id", "bought"]))


def test_a_key_twice_names_both_lines(write: Write) -> None:
    message = refusal(write([*ROWS, ["3", "1", "no"]]))

    assert "line 1002: the key 'id' has the value 3 again" in message
    assert "Line 5 has it too" in message


def test_an_empty_key_names_its_line(write: Write) -> None:
    assert "line 12: the key 'id' is empty" in refusal(write([*ROWS[:10], ["", "1", "no"], *ROWS[11:]]))


def test_too_few_rows_after_holding_out(write: Write) -> None:
    message = refusal(write(ROWS[:620]))

    assert "496 rows to train on; Autopilot wants at least 500" in message
    assert "Of 620 rows 124 are held out (id % 5 = 0)" in message


def test_rows_without_target_do_not_count(write: Write) -> None:
    rows = [[*row[:2], "" if int(row[0]) < 500 else row[2]] for row in ROWS]

    assert "400 rows to train on" in refusal(write(rows))


def test_a_target_with_one_value(write: Write) -> None:
    assert "is always 'yes'" in refusal(write([[*row[:2], "yes"] for row in ROWS]))


def test_a_target_that_is_a_name_in_each_row(write: Write) -> None:
    assert "800 different texts" in refusal(write([[*row[:2], f"name {row[0]}"] for row in ROWS]))


def test_a_target_that_is_a_date(write: Write) -> None:
    rows = [[*row[:2], f"2024-01-{1 + int(row[0]) % 28:02}"] for row in ROWS]

    assert "is a date" in refusal(write(rows))
