"""Where the dbt projects that ship with this distribution lie on disk."""

from pathlib import Path

from exasol_sagemaker.cli.errors import CliError

_MODULE = Path(__file__).resolve().parents[1]
_CHECKOUT = _MODULE.parents[1]


def dbt_package_path() -> Path:
    """The folder of the dbt package `exasol_sagemaker`: for `- local:` in packages.yml.

    In an installed wheel it lies inside the module; in an editable checkout it is the repository's root.

    Raises:
        CliError: the installation holds neither.
    """
    return _first_project("the dbt package", _MODULE / "dbt_package", _CHECKOUT)


def demo_project_path() -> Path:
    """The folder of the dbt project that the demo builds: `integration_tests/` of the repository.

    Raises:
        CliError: the installation does not hold it.
    """
    return _first_project(
        "the demo's dbt project", _MODULE / "demo" / "project", _CHECKOUT / "integration_tests"
    )


def _first_project(what: str, *candidates: Path) -> Path:
    for candidate in candidates:
        if (candidate / "dbt_project.yml").is_file():
            return candidate
    raise CliError(
        f"This installation lacks {what}.",
        why=f"There is no dbt_project.yml in any of: {', '.join(map(str, candidates))}.",
        next_step="pip install --force-reinstall dbt-exasol-sagemaker",
    )
