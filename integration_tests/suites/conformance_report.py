"""What the conformance suites found, as tables that the run writes into docs/sandbox.md.

A test takes part by its marker: `@pytest.mark.conformance("statements", "Strings")`. The tables of the tests
that ran are written anew with `--write-conformance`; skipped and xfailed tests are listed with reasons.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
_PROPERTY = "conformance"


@dataclass(frozen=True)
class Table:
    """A table of the page.

    Attributes:
        topic: the heading of its first column.
        tests: the heading of the column with the number of tests; None leaves it out.
        outcomes: the headings of the columns by what a passed test shows (`passed`, or the marker's `shows`),
            and `checked` for those of which the marker says so.
    """

    topic: str
    tests: str | None
    outcomes: dict[str, str]


TABLES = {
    "statements": Table(
        "topic",
        "documented",
        {
            "passed": "answered as documented",
            "checked": "of these compared with the source",
            "refused": "refused",
        },
    ),
    "rules": Table(
        "topic",
        "statements",
        {"passed": "answered by the rule", "checked": "of these compared with the source"},
    ),
    "syntax": Table("topic", None, {"passed": "refused as syntax errors"}),
    "round-trips": Table("type", "ways", {"passed": "values come back equal"}),
    "dbt-tests-adapter": Table("base classes", "tests", {"passed": "passed"}),
    "drivers": Table("driver", "tests", {"passed": "passed"}),
}


@dataclass
class _Topic:
    counts: Counter[str] = field(default_factory=Counter)
    exceptions: list[tuple[str, str]] = field(default_factory=list)


class _Collector:
    """Counts the outcomes of marked tests, on xdist's controller or in the only process."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, _Topic]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test when its call is over, or its set-up when that ended it."""
        if report.when != "call" and not (report.when == "setup" and not report.passed):
            return
        for name, value in report.user_properties:
            if name == _PROPERTY:
                suite, topic, shows, checked = str(value).split("\t")
                entry = self.found.setdefault(suite, {}).setdefault(topic, _Topic())
                self._count(entry, shows, report)
                entry.counts["checked"] += bool(checked) and report.passed

    def _count(self, entry: _Topic, shows: str, report: pytest.TestReport) -> None:
        if shows == "passed":
            entry.counts["tests"] += 1
        if report.passed:
            entry.counts[shows] += 1
        elif report.skipped:
            entry.exceptions.append((report.nodeid.rpartition("/")[2], _reason(report)))
        else:
            entry.exceptions.append((report.nodeid.rpartition("/")[2], "failed"))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the tables."""
        page = PAGE.read_text(encoding="utf-8")
        for suite, topics in self.found.items():
            page = _with_section(page, suite, rendered(TABLES[suite], topics))
        PAGE.write_text(page, encoding="utf-8")
        terminalreporter.write_line(f"wrote {', '.join(sorted(self.found)) or 'nothing'} to {PAGE.name}")


def _reason(report: pytest.TestReport) -> str:
    expected = getattr(report, "wasxfail", None)
    if expected is not None:
        return str(expected)
    where = report.longrepr
    return str(where[2]).removeprefix("Skipped: ") if isinstance(where, tuple) else str(where)


def rendered(table: Table, topics: dict[str, _Topic]) -> str:
    """A table in Markdown, its sums, and the exceptions below it."""
    heads = [table.topic, *([table.tests] if table.tests else []), *table.outcomes.values()]
    keys = [*(["tests"] if table.tests else []), *table.outcomes]
    lines = [f"| {' | '.join(heads)} |", "|---|" + "---:|" * len(keys)]
    total: Counter[str] = Counter()
    for name in sorted(topics, key=str.lower):
        counts = topics[name].counts
        total += counts
        lines.append(f"| {name} | {' | '.join(str(counts[key]) for key in keys)} |")
    lines.append(f"| **all** | {' | '.join(f'**{total[key]}**' for key in keys)} |")
    exceptions = [entry for name in sorted(topics) for entry in topics[name].exceptions]
    if exceptions:
        lines += ["", *(f"- `{test}`: {reason}" for test, reason in sorted(exceptions))]
    return "\n".join(lines)


def _with_section(page: str, suite: str, text: str) -> str:
    begin, end = f"<!-- conformance: {suite} -->", "<!-- written by the test run -->"
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        raise pytest.UsageError(f"{PAGE.name} has no section '{begin}' … '{end}'")
    return pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write-conformance`."""
    parser.addoption(
        "--write-conformance",
        action="store_true",
        help="write what the conformance suites find into docs/sandbox.md",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the collector where reports arrive."""
    config.addinivalue_line(
        "markers",
        "conformance(suite, topic, shows='passed', checked=False): counts in a table of docs/sandbox.md",
    )
    if config.getoption("--write-conformance") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Collector(), "conformance-report")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note on each marked test where it counts, in a way that travels with its report."""
    for item in items:
        marker = item.get_closest_marker("conformance")
        if marker is not None:
            suite, topic = marker.args
            kwargs = marker.kwargs
            mark = "checked" if kwargs.get("checked") else ""
            if suite not in TABLES:
                raise pytest.UsageError(f"{item.nodeid}: no table '{suite}'; there are {', '.join(TABLES)}")
            item.user_properties.append(
                (_PROPERTY, "\t".join([suite, topic, kwargs.get("shows", "passed"), mark]))
            )
