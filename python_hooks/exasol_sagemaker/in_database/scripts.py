"""What the four UDFs behind the scripts SME_… do: `library.scripts.train(exa, ctx)` and so on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from exasol_sagemaker.in_database.credentials import Exa
from exasol_sagemaker.in_database.endpoints import KnownColumns, delete, deploy, job_status
from exasol_sagemaker.in_database.training import Training

STEPS = ("plan", "export", "start", "discard")


@dataclass(frozen=True)
class Scripts:
    """The UDFs' bodies. `ctx` is the database's, its fields the UDF's parameters.

    Attributes:
        project: dbt project that owns what they make.
        target: dbt target that owns what they make.
    """

    project: str
    target: str

    def train(self, exa: Exa, ctx: Any) -> None:
        """One step of a training, see training.Training: emits its answer as JSON.

        Parameters: `step`, one of STEPS, and `request`, JSON.
        """
        if ctx.step not in STEPS:
            raise ValueError(f"There is no step {ctx.step!r}; steps are {', '.join(STEPS)}.")
        training = Training(exa, json.loads(ctx.request), project=self.project, target=self.target)
        answer: dict[str, Any] = getattr(training, ctx.step)()
        ctx.emit(json.dumps(answer, ensure_ascii=False))

    def poll(self, exa: Exa, ctx: Any) -> None:
        """Emit status and secondary status of a job.

        Parameters: `job_name`, `aws_s3_connection`, `aws_region`.
        """
        ctx.emit(
            *job_status(exa, job_name=ctx.job_name, connection=ctx.aws_s3_connection, region=ctx.aws_region)
        )

    def deploy(self, exa: Exa, ctx: Any) -> None:
        """Deploy, and emit the job's problem type and the statement that creates the prediction UDF.

        Parameters: `job_name`, `endpoint_name`, `instance_type`, `instance_count`, `aws_s3_connection`,
        `aws_region`; `schema_name` of the UDF; `column_names`, `column_types` and `target_attribute_name` of
        SME_METADATA_AUTOPILOT_JOBS.
        """
        deployment, statement = deploy(
            exa,
            job_name=ctx.job_name,
            endpoint_name=ctx.endpoint_name,
            instance_type=ctx.instance_type,
            instance_count=ctx.instance_count,
            connection=ctx.aws_s3_connection,
            region=ctx.aws_region,
            schema=ctx.schema_name,
            known=KnownColumns(
                ctx.column_names or "", ctx.column_types or "", ctx.target_attribute_name or ""
            ),
            project=self.project,
            target=self.target,
        )
        ctx.emit(deployment.problem_type, statement)

    def delete(self, exa: Exa, ctx: Any) -> None:
        """Delete an endpoint, and emit, a row each, what was deleted.

        Parameters: `endpoint_name`, `aws_s3_connection`, `aws_region`.
        """
        deleted = delete(
            exa,
            endpoint_name=ctx.endpoint_name,
            connection=ctx.aws_s3_connection,
            region=ctx.aws_region,
            project=self.project,
            target=self.target,
        )
        for name in deleted:
            ctx.emit(name)
