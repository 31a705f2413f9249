"""The CREATE SCRIPT statement around `udf/predict.py`, and how to read one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exasol_sagemaker.columns import Column
from exasol_sagemaker.endpoint import Deployment

if TYPE_CHECKING:
    from pyexasol import ExaConnection


@dataclass(frozen=True)
class PredictionUdf:
    """A prediction UDF: what its header says, which is all its body depends on.

    Attributes:
        endpoint_name: Endpoint that it asks.
        region: AWS region of the endpoint.
        connection: Exasol CONNECTION with the AWS credentials.
        job_name: Autopilot job behind the endpoint.
        problem_type: Of the job.
        target_column: Of the job.
        target_type: SQL type of the target: PREDICTION has it.
        input_columns: Training columns in order: the UDF's last arguments.
        response_keys: Fields of a response line, in order; empty for a bare prediction.
    """

    endpoint_name: str
    region: str
    connection: str
    job_name: str
    problem_type: str
    target_column: str
    target_type: str
    input_columns: tuple[Column, ...]
    response_keys: tuple[str, ...]

    @classmethod
    def for_deployment(cls, deployment: Deployment, *, region: str, connection: str) -> PredictionUdf:
        """The UDF that asks this deployment."""
        raise NotImplementedError

    @property
    def result_columns(self) -> tuple[Column, ...]:
        """What it emits after the keys: PREDICTION, and PROBABILITY for classification."""
        raise NotImplementedError

    def body(self) -> str:
        """The script's text after AS: header line, constants, Python."""
        raise NotImplementedError

    def statement(self, schema: str, name: str) -> str:
        """`CREATE OR REPLACE PYTHON3 SET SCRIPT "schema"."name"(...) EMITS (...) AS …`."""
        raise NotImplementedError

    @classmethod
    def from_script_text(cls, text: str) -> PredictionUdf:
        """Read back the header from EXA_ALL_SCRIPTS.SCRIPT_TEXT.

        Raises:
            PredictionUdfError: It is not a prediction UDF of this package.
        """
        raise NotImplementedError


def read_prediction_udf(database: ExaConnection, schema: str, name: str) -> PredictionUdf | None:
    """The prediction UDF of that name as the database has it; None if there is no such script."""
    raise NotImplementedError


def create_prediction_udf(database: ExaConnection, udf: PredictionUdf, schema: str, name: str) -> bool:
    """Create or replace the script unless its text is the same already.

    Returns:
        Whether DDL was sent.
    """
    raise NotImplementedError
