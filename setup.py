"""What pyproject.toml cannot say: the wheel carries the dbt package and the demo's dbt project as package data."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
RUN_LEFTOVERS = shutil.ignore_patterns("__pycache__", "target", "logs", "dbt_packages", "suites", ".*", "*.pyc")
DBT_PACKAGE = ("dbt_project.yml", "macros", "models")


class BuildWithDbtProjects(build_py):
    """Copies the two dbt projects beside the modules, into the wheel only: an editable install reads the checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "exasol_sagemaker"
        shutil.rmtree(target / "dbt_package", ignore_errors=True)
        shutil.rmtree(target / "demo" / "project", ignore_errors=True)
        for name in DBT_PACKAGE:
            copy(ROOT / name, target / "dbt_package" / name)
        copy(ROOT / "integration_tests", target / "demo" / "project")


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without what a dbt run leaves behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=RUN_LEFTOVERS)
    else:
        shutil.copyfile(source, target)


setup(cmdclass={"build_py": BuildWithDbtProjects})
