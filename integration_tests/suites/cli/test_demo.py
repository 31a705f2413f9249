"""`exasol-sagemaker demo`, as a user runs it: a process of its own, from start to end."""

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyexasol
import pytest
from pyexasol.data_types import convert_websocket_to_python

from exasol_sagemaker.demo.dataset import every_fifth

from .demo_process import DemoResult, interrupt_demo, is_open, processes_of, run_demo, stop_sandbox

ROOT = Path(__file__).resolve().parents[3]
GERMAN_CREDIT = ROOT.parent / "shared" / "data" / "german_credit.csv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def finished(folder: Path) -> DemoResult:
    return run_demo("--rows", "3000", "--home", str(folder / "home"), "--project", str(folder / "project"))


def test_it_succeeds(finished: DemoResult) -> None:
    assert finished.code == 0, finished.output


def test_it_shows_how_training_gets_on(finished: DemoResult) -> None:
    ended = re.search(
        r"job credit-risk-\w+-\w+: Completed, 10 of 10 candidates,\s+best AUC 0\.\d+", finished.output
    )
    assert ended, finished.output


def test_it_shows_the_job_and_its_best_candidate(finished: DemoResult) -> None:
    assert re.search(r"job +credit-risk-\w+-[0-9a-f]{8}", finished.output)
    assert re.search(r"status +Completed", finished.output)
    assert re.search(r"problem type +BinaryClassification", finished.output)
    assert re.search(r"best candidate +\S+", finished.output)
    assert re.search(r"its metrics +.*AUC 0\.\d{4}", finished.output)
    assert re.search(r"trained on +2,400 rows", finished.output)


def test_it_shows_ten_predicted_rows_of_those_held_out(finished: DemoResult) -> None:
    assert "10 of 600 predicted rows" in finished.output
    shown = re.findall(r"^│ +(\d{6}) +([01]) +(0\.\d{4}|1\.0000) +([01]) +│$", finished.output, re.MULTILINE)
    assert len(shown) == 10
    assert [key for key, *_ in shown if int(key) % 5] == []


def test_it_shows_an_auc_on_rows_that_training_never_saw_that_beats_chance(finished: DemoResult) -> None:
    found = re.search(r"AUC (0\.\d{4}) on 600 rows that training never saw", finished.output)

    assert found
    assert float(found[1]) > 0.6


def test_it_shows_the_lineage_from_the_source_to_the_predictions(finished: DemoResult) -> None:
    places = [
        finished.output.rfind(name)
        for name in (
            "credit.applications",
            "credit_risk_training",
            "credit_risk_autopilot",
            "credit_risk_endpoint",
            "credit_risk_predict ",
            "credit_risk_predictions",
        )
    ]
    assert places == sorted(places)
    assert -1 not in places


def test_it_leaves_nothing_running(finished: DemoResult, folder: Path) -> None:
    assert processes_of(folder) == []
    assert [port for port in finished.ports if is_open(port)] == []


def test_it_leaves_the_project_where_it_was_asked_to(finished: DemoResult, folder: Path) -> None:
    assert finished.code == 0
    assert (folder / "project" / "models" / "training" / "credit_risk_autopilot.sql").is_file()


@pytest.mark.parametrize(
    ("when", "by"),
    [("rows in CREDIT.APPLICATIONS", signal.SIGTERM), ("credit_risk_training", signal.SIGINT)],
)
def test_interrupted_it_leaves_nothing_running(tmp_path: Path, when: str, by: signal.Signals) -> None:
    options = ["--rows", "3000", "--home", str(tmp_path / "home"), "--project", str(tmp_path / "project")]

    result = interrupt_demo(*options, when=when, by=by)

    assert (result.code, "Interrupted." in result.output) == (130, True), result.output
    assert processes_of(tmp_path) == []
    assert [port for port in result.ports if is_open(port)] == []


@pytest.fixture(scope="module")
def german_credit(folder: Path) -> Iterator[tuple[DemoResult, Path]]:
    if not GERMAN_CREDIT.exists():
        pytest.skip("german_credit.csv is not at ../shared/data beside this checkout")
    home = folder / "german"
    try:
        result = run_demo(
            *("--data", str(GERMAN_CREDIT), "--target", "label", "--key", "id"),
            *("--keep", "--home", str(home), "--project", str(folder / "german_project")),
        )
        yield result, home
    finally:
        stop_sandbox(home)


def test_german_credit_reaches_an_auc_of_070(german_credit: tuple[DemoResult, Path]) -> None:
    result, _ = german_credit

    assert result.code == 0, result.output
    found = re.search(r"AUC (0\.\d{4}) on 200 rows that training never saw \(id % 5 = 0\)", result.output)
    assert found, result.output
    assert float(found[1]) >= 0.70


def test_german_credit_has_a_prediction_for_each_held_out_id(german_credit: tuple[DemoResult, Path]) -> None:
    _, home = german_credit
    with connect(home) as database:
        rows = database.execute(
            "select id, prediction, probability from german_credit_ml.german_credit_predictions order by id"
        ).fetchall()

    assert [row[0] for row in rows] == list(range(0, 1000, 5))
    assert {row[1] for row in rows} <= {0, 1}
    assert [row for row in rows if not 0 <= row[2] <= 1] == []
    assert all(every_fifth("ID", "id").holds(row[0]) for row in rows)


def test_kept_it_tells_how_to_reach_and_to_stop_the_sandbox(german_credit: tuple[DemoResult, Path]) -> None:
    result, home = german_credit

    assert [is_open(port) for port in result.ports] == [True, True]
    assert next_steps(result)[-1] == f"exasol-sagemaker sandbox down --home {home}"


def test_the_next_steps_work_as_they_are_told(german_credit: tuple[DemoResult, Path]) -> None:
    result, _ = german_credit
    steps = [step for step in next_steps(result) if "full-refresh" not in step and "sandbox down" not in step]

    done = subprocess.run(["bash", "-ec", "\n".join(steps)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "has job german-credit-model-" in done.stdout
    assert "started job" not in done.stdout
    assert re.search(r"endpoint german-credit-\S+: deleted", done.stdout)


def test_a_home_with_a_running_sandbox_is_refused_and_left_alone(
    german_credit: tuple[DemoResult, Path],
) -> None:
    first, home = german_credit

    second = run_demo("--rows", "1000", "--home", str(home))

    assert second.code == 1
    assert f"A sandbox is already running in {home}" in second.output
    assert [is_open(port) for port in first.ports] == [True, True]


def next_steps(result: DemoResult) -> list[str]:
    told = result.output.partition("What to do next\n")[2]
    return [line.strip() for line in told.splitlines() if line.strip() and not line.startswith("  #")]


def connect(home: Path) -> pyexasol.ExaConnection:
    done = subprocess.run(
        [sys.executable, "-m", "exasol_sandbox", "env", "--home", str(home)],
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (word.partition("=") for word in shlex.split(done.stdout) if "=" in word)
    variables = {name: value for name, _, value in pairs}
    return pyexasol.connect(
        dsn=variables["EXASOL_DSN"],
        user=variables["EXASOL_USER"],
        password=variables["EXASOL_PASSWORD"],
        fetch_mapper=convert_websocket_to_python,
    )
