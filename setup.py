"""What pyproject.toml cannot say: the wheel carries two dbt projects, the package and the demo's."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
NOT_FOR_USERS = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "__pycache__", ".*")
DBT_PACKAGE = ("dbt_project.yml", "macros", "models")


class BuildWithDbtProjects(build_py):
    """Copies the dbt projects beside the modules; an editable install reads them from the checkout."""

    def run(self) -> None:
        """Build the modules, then add the projects."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "exasol_sagemaker"
        shutil.rmtree(target / "dbt_package", ignore_errors=True)
        shutil.rmtree(target / "demo" / "project", ignore_errors=True)
        for name in filter(lambda name: (ROOT / name).exists(), DBT_PACKAGE):
            copy(ROOT / name, target / "dbt_package" / name)
        copy(ROOT / "integration_tests", target / "demo" / "project")


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without what a dbt run leaves behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=NOT_FOR_USERS)
    else:
        shutil.copyfile(source, target)


setup(cmdclass={"build_py": BuildWithDbtProjects})
