"""The prediction UDF as Exasol's SageMaker Extension has it, around the package's own."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from importlib import resources

from exasol_sagemaker.autopilot import REGRESSION
from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import quote
from exasol_sagemaker.prediction_udf import PredictionUdf

MARK = "# exasol-sagemaker prediction in the extension's form: "
"""What the script's text begins with: by it, it is known as ours, and may be replaced."""


@dataclass(frozen=True)
class ExtensionUdf:
    """`schema."endpoint"(training columns)`, which emits these, PROBABILITY for classification, PREDICTIONS.

    Attributes:
        udf: The package's UDF that does the work.
    """

    udf: PredictionUdf

    @property
    def output_columns(self) -> tuple[Column, ...]:
        """What it emits."""
        prediction, *probability = self.udf.result_columns
        results = [Column("PREDICTIONS", prediction.type)]
        if self.udf.problem_type != REGRESSION and probability:
            results.insert(0, Column("PROBABILITY", "DECIMAL(18,4)"))
        return (*self.udf.input_columns, *results)

    def statement(self, schema: str, name: str) -> str:
        """`CREATE OR REPLACE PYTHON3 SET SCRIPT "schema"."name"("A" DOUBLE, …) EMITS (…) AS …`."""
        return (
            f"CREATE OR REPLACE PYTHON3 SET SCRIPT {quote(schema)}.{quote(name)}"
            f"({_declared(self.udf.input_columns)})\nEMITS ({_declared(self.output_columns)}) AS\n"
            f"{self.body()}"
        )

    def body(self) -> str:
        """The script's text after AS."""
        header = {"endpoint_name": self.udf.endpoint_name, "job_name": self.udf.job_name}
        return (
            f"{MARK}{json.dumps(header, ensure_ascii=True, sort_keys=True)}\n{self.udf.body()}\n\n"
            f"{_definitions_of('extension_output')}\n\n\n{_END}"
        )


_END = """CONFIG["own_probability"] = True
predict = run


def run(ctx):
    predict(ExtensionOutput(ctx, len(CONFIG["result_columns"]) > 1))
"""


def _definitions_of(module: str) -> str:
    """A module's source without its docstring and imports, which the prediction UDF's body has."""
    text = resources.files("exasol_sagemaker.in_database").joinpath(f"{module}.py").read_text("utf-8")
    first = next(node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    return "\n".join(text.splitlines()[first.lineno - 1 :]).strip()


def _declared(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"{quote(column.name)} {column.type}" for column in columns)
