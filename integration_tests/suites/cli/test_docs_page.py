"""`make docs`: dbt's page, looked at in a real browser."""

import io
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from rich.console import Console
from websockets.sync.client import connect

from exasol_sagemaker.demo.docs import write_docs

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)

#: dbt docs draw the lineage with cytoscape, which keeps its graph at the element that it draws in.
GRAPH = """(() => {
  const drawn = [...document.querySelectorAll('*')].find(element => element._cyreg && element._cyreg.cy);
  if (!drawn) return null;
  const graph = drawn._cyreg.cy;
  return {
    nodes: graph.nodes().filter(node => node.visible()).map(node => node.id().split('.').pop()),
    edges: graph.edges().map(edge => [edge.source(), edge.target()].map(node => node.id().split('.').pop())),
  };
})()"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_docs(tmp_path_factory.mktemp("docs"), Console(file=io.StringIO()))


def test_the_catalog_knows_the_columns_of_the_life_cycle(page: Path) -> None:
    catalog = json.loads((page.parent / "catalog.json").read_text())
    columns = {
        node.split(".")[-1]: {column.upper() for column in content["columns"]}
        for node, content in catalog["nodes"].items()
    }

    assert columns["credit_risk_autopilot"] >= {"JOB_NAME", "STATUS", "BEST_CANDIDATE", "METRICS"}
    assert columns["credit_risk_predictions"] >= {"SK_ID_CURR", "PREDICTION", "PROBABILITY"}


@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed to look at the page with")
def test_the_page_draws_the_lineage_from_the_source_to_the_predictions(page: Path) -> None:
    with browser() as evaluate:
        graph = evaluate(f"{page.as_uri()}#!/overview?g_v=1", GRAPH)

    chain = [
        "applications",
        "stg_applications",
        "credit_risk_training",
        "credit_risk_autopilot",
        "credit_risk_endpoint",
        "credit_risk_predict",
        "credit_risk_predictions",
    ]
    assert set(chain) <= set(graph["nodes"])
    drawn = {tuple(edge) for edge in graph["edges"]}
    assert set(pairwise(chain)) <= drawn


@contextmanager
def browser() -> Iterator[Callable[[str, str], Any]]:
    """A headless browser: opens a page and evaluates an expression there until it is not null."""
    assert BROWSER
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        subprocess.Popen(
            [BROWSER, *options, f"--user-data-dir={profile}", "about:blank"],
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            yield lambda url, expression: _evaluate(process, url, expression)
        finally:
            process.kill()


def _evaluate(process: "subprocess.Popen[str]", url: str, expression: str) -> Any:
    assert process.stderr
    address = next(filter(None, (re.search(r"listening on ws://([^/]+)/", line) for line in process.stderr)))[
        1
    ]
    with urlopen(f"http://{address}/json/list") as answer:
        target = next(tab for tab in json.load(answer) if tab["type"] == "page")
    with connect(target["webSocketDebuggerUrl"], max_size=None, proxy=None) as socket:
        _call(socket, 1, "Page.navigate", url=url)
        for number in range(2, 1_000):
            answer = _call(socket, number, "Runtime.evaluate", expression=expression, returnByValue=True)
            if answer["result"].get("value"):
                return answer["result"]["value"]
            time.sleep(0.25)
    raise AssertionError(f"nothing was drawn on {url}")


def _call(socket: Any, number: int, method: str, **parameters: Any) -> Any:
    socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
    while True:
        answer = json.loads(socket.recv(timeout=300))
        if answer.get("id") == number:
            return answer["result"]
