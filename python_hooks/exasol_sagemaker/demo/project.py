"""dbt projects from the template: for a user's own CSV, and as a start for `exasol-sagemaker init`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from exasol_sagemaker.demo.names import without_accents

TEMPLATE = Path(__file__).parent / "template"
#: Of a dataset's name, so that job names of 32 characters still tell what they are for.
MAX_NAME = 20


@dataclass(frozen=True)
class ProjectPlan:
    """What the template needs to know.

    Args:
        name: of the dbt project, and the prefix of its models; see `project_name`.
        package: folder of the dbt package `exasol_sagemaker`.
        schema: that the models are built in.
        relation: Jinja for the table with a row per example: a `source(…)` or a `ref(…)`.
        key: column that names a row.
        target: column to predict.
        target_sql: the same as SQL writes it: quoted where it must be.
        features: columns to learn from, as SQL writes them.
        hold_out: SQL condition of the rows to keep back.
        hold_out_words: the same for people.
        problem_type: as SageMaker calls it.
        objective: as SageMaker calls it.
        max_candidates: models to try.
        max_runtime_seconds: for the whole job.
        source: schema and table of the source that `relation` names; the template's seed stands in for None.
    """

    name: str
    package: Path
    schema: str
    relation: str
    key: str
    target: str
    target_sql: str
    features: Sequence[str]
    hold_out: str
    hold_out_words: str
    problem_type: str
    objective: str
    max_candidates: int
    max_runtime_seconds: int
    source: tuple[str, str] | None = None


def project_name(text: str) -> str:
    """A name for a dbt project and its models from a file's name, at most 20 characters."""
    name = re.sub(r"[^a-z0-9]+", "_", without_accents(text.lower())).strip("_")
    if not name or not name[0].isalpha():
        name = f"data_{name}".rstrip("_")
    return name[:MAX_NAME].rstrip("_")


def render_project(plan: ProjectPlan) -> dict[Path, str]:
    """The files of the project: path inside it, and content."""
    values = {key: str(value) for key, value in vars(plan).items()}
    values["training_columns"] = ",\n".join(f"    {column}" for column in [*plan.features, plan.target_sql])
    if plan.source:
        values["source_schema"], values["source_table"] = plan.source
    rendered = {}
    for template in sorted(TEMPLATE.rglob("*.*")):
        inside = template.relative_to(TEMPLATE)
        content = template.read_text(encoding="utf-8")
        if inside.parts[0] == "seeds":
            if plan.source is None:
                rendered[inside] = content
        elif inside.name != "sources.yml" or plan.source:
            name = f"{plan.name}_{inside.name}" if template.suffix == ".sql" else inside.name
            rendered[inside.with_name(name)] = Template(content).substitute(values)
    return rendered


def write_project(folder: Path, files: dict[Path, str]) -> None:
    """Write the files into a folder that may not exist yet."""
    for inside, content in files.items():
        path = folder / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
