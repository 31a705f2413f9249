"""dbt's own documentation of the demo's project, as one HTML page: `make docs`."""

import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from exasol_sagemaker.demo.dbt_run import DbtProject
from exasol_sagemaker.demo.run import connect, stopped_once
from exasol_sagemaker.demo.sandbox import private_sandbox
from exasol_sagemaker.demo.subject import credit_subject

ROWS = 1_000


def write_docs(folder: Path, console: Console) -> Path:
    """Build the project's relations empty on a sandbox of its own and let dbt document them.

    Nothing is trained for it: what dbt documents is there without rows too.

    Args:
        folder: to write `index.html`, `manifest.json` and `catalog.json` to.
        console: to show progress on.

    Returns:
        The page, which needs no server.

    Raises:
        CliError: a step failed.
    """
    subject = credit_subject(ROWS)
    with tempfile.TemporaryDirectory(prefix="exasol-sagemaker-docs-") as base, stopped_once():
        project = Path(base) / "project"
        with private_sandbox(Path(base) / "sandbox", keep=False) as sandbox:
            with connect(sandbox) as database:
                subject.create(database)
            subject.write(project)
            dbt = DbtProject(project, sandbox.environment(), console)
            dbt.run("run", "--empty")
            dbt.run("docs", "generate", "--static")
        folder.mkdir(parents=True, exist_ok=True)
        for name, target in (
            ("static_index.html", "index.html"),
            ("manifest.json", "manifest.json"),
            ("catalog.json", "catalog.json"),
        ):
            shutil.copyfile(project / "target" / name, folder / target)
    return folder / "index.html"


if __name__ == "__main__":
    page = write_docs(Path(sys.argv[1]), Console(highlight=False))
    print(f"Open {page.resolve()} in a browser; the graph in its lower right corner is the lineage.")
