"""The CREATE SCRIPT statement around the parts in `udf/`, and how to read one back."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from exasol_sagemaker.autopilot import REGRESSION
from exasol_sagemaker.columns import Column
from exasol_sagemaker.connection import stored_name
from exasol_sagemaker.database import database_errors, literal, quote, run
from exasol_sagemaker.endpoint import Deployment
from exasol_sagemaker.errors import PredictionUdfError
from exasol_sagemaker.udf.script import source

if TYPE_CHECKING:
    from pyexasol import ExaConnection

# A serverless endpoint takes 4 MB ("Invoke a serverless endpoint" in the SageMaker developer guide).
_MAX_SERVERLESS_BODY_BYTES = 4 * 1024 * 1024 - 16 * 1024

_MARK = "# exasol-sagemaker prediction: "

log = logging.getLogger("exasol_sagemaker")


@dataclass(frozen=True)
class PredictionUdf:
    """A prediction UDF: what its header says, which is all its body depends on.

    Attributes:
        endpoint_name: Endpoint that it asks.
        region: AWS region of the endpoint.
        connection: Exasol CONNECTION with the AWS credentials.
        job_name: Autopilot job behind the endpoint.
        model_name: SageMaker model behind the endpoint.
        problem_type: Of the job.
        target_column: Of the job.
        target_type: SQL type of the target.
        input_columns: Training columns in order: the UDF's last arguments.
        response_keys: Fields of a response line, in order; empty for a bare prediction.
        accept: Media type that the endpoint is asked to answer in: text/csv, or application/jsonlines for a
            model that cannot write CSV. It may answer in either; its Content-Type tells.
        explains: Whether the endpoint has an explainer, which wraps its answers.
        serverless: Whether the endpoint has no instances, and takes smaller requests.
    """

    endpoint_name: str
    region: str
    connection: str
    job_name: str
    model_name: str
    problem_type: str
    target_column: str
    target_type: str
    input_columns: tuple[Column, ...]
    response_keys: tuple[str, ...]
    accept: str = "text/csv"
    explains: bool = False
    serverless: bool = False

    @classmethod
    def for_deployment(
        cls, deployment: Deployment, *, region: str, connection: str, accept: str = "text/csv"
    ) -> PredictionUdf:
        """The UDF that asks this deployment.

        Raises:
            PredictionUdfError: What the model was trained on is not known: its manifest is gone from S3.
        """
        if not deployment.input_columns or not deployment.target_type or not deployment.problem_type:
            raise PredictionUdfError(
                f"The training columns behind endpoint {deployment.endpoint_name} are not known",
                why=f"The manifest of job {deployment.job_name}'s training data is gone from S3.",
                hint="Train again with --full-refresh, and deploy.",
            )
        return cls(
            endpoint_name=deployment.endpoint_name,
            region=region,
            connection=stored_name(connection),
            job_name=deployment.job_name,
            model_name=deployment.model_name,
            problem_type=deployment.problem_type,
            target_column=deployment.target_column,
            target_type=deployment.target_type,
            input_columns=deployment.input_columns,
            response_keys=deployment.response_keys,
            accept=accept,
            explains=deployment.explains,
            serverless=deployment.max_concurrency is not None,
        )

    @property
    def result_columns(self) -> tuple[Column, ...]:
        """What it emits after the keys: PREDICTION, and PROBABILITY for classification.

        A predicted label has the target's type; a predicted quantity is a DOUBLE, since rounding it to the
        target's scale would lose what the model says.
        """
        if self.problem_type == REGRESSION:
            return (Column("PREDICTION", "DOUBLE"),)
        return (Column("PREDICTION", self.target_type), Column("PROBABILITY", "DOUBLE"))

    def body(self) -> str:
        """The script's text after AS: header line, Python, and the constants it works with."""
        header = _MARK + json.dumps(asdict(self), ensure_ascii=True, sort_keys=True)
        config = {
            "endpoint_name": self.endpoint_name,
            "region": self.region,
            "connection": self.connection,
            "input_columns": [[column.name, column.type] for column in self.input_columns],
            "result_columns": [[column.name, column.type] for column in self.result_columns],
            "response_keys": list(self.response_keys),
            "accept": self.accept,
            "explains": self.explains,
        }
        if self.serverless:
            config["max_body_bytes"] = _MAX_SERVERLESS_BODY_BYTES
        constants = f"CONFIG = json.loads({json.dumps(config, ensure_ascii=True)!r})"
        return f"{header}\n{source()}\n\n{constants}\n"

    def statement(self, schema: str, name: str) -> str:
        """`CREATE OR REPLACE PYTHON3 SET SCRIPT "schema"."name"(...) EMITS (...) AS …`."""
        return (
            f"CREATE OR REPLACE PYTHON3 SET SCRIPT {quote(schema)}.{quote(name)}(...) EMITS (...) AS\n"
            f"{self.body()}"
        )

    @classmethod
    def from_script_text(cls, text: str) -> PredictionUdf:
        """Read back the header from EXA_ALL_SCRIPTS.SCRIPT_TEXT.

        Raises:
            PredictionUdfError: It is not a prediction UDF of this package.
        """
        line = next((one for one in text.splitlines() if one.startswith(_MARK)), None)
        if line is None:
            raise PredictionUdfError(
                "The script is not a prediction UDF of this package",
                why="Its first line does not say which endpoint it asks.",
                hint="Name a script that a prediction_udf model made.",
            )
        values: dict[str, Any] = json.loads(line[len(_MARK) :])
        columns = tuple(Column(**column) for column in values.pop("input_columns"))
        keys = tuple(values.pop("response_keys"))
        return cls(**values, input_columns=columns, response_keys=keys)


def read_prediction_udf(database: ExaConnection, schema: str, name: str) -> PredictionUdf | None:
    """The prediction UDF of that name as the database has it; None if there is no such script.

    Raises:
        PredictionUdfError: The script is not a prediction UDF of this package.
    """
    text = _script_text(database, schema, name)
    return None if text is None else PredictionUdf.from_script_text(text)


def create_prediction_udf(database: ExaConnection, udf: PredictionUdf, schema: str, name: str) -> bool:
    """Create or replace the script unless its text is the same already.

    Returns:
        Whether DDL was sent.
    """
    text = _script_text(database, schema, name)
    if text is not None and _body_of(text) == udf.body().strip():
        return False
    with database_errors(
        f"The prediction UDF {schema}.{name} could not be created",
        kind=PredictionUdfError,
        hint="The database user needs the privilege CREATE SCRIPT, and the script language PYTHON3.",
    ):
        run(database, udf.statement(schema, name))
    log.info("prediction UDF %s.%s asks endpoint %s", schema, name, udf.endpoint_name)
    return True


def _script_text(database: ExaConnection, schema: str, name: str) -> str | None:
    with database_errors("Scripts could not be looked up", kind=PredictionUdfError):
        rows = run(
            database,
            "SELECT SCRIPT_TEXT FROM EXA_ALL_SCRIPTS "
            f"WHERE SCRIPT_SCHEMA = {literal(schema)} AND SCRIPT_NAME = {literal(name)}",
        ).fetchall()
    return str(rows[0][0]) if rows else None


def _body_of(script_text: str) -> str:
    start = script_text.find(_MARK)
    return script_text[start:].strip() if start >= 0 else ""
