"""Training, step by step: the Lua script runs the statements, and asks here what to run next.

A step is a call of its own and remembers nothing: it is given what the steps before it were given and what
the database answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from exasol_sagemaker import s3
from exasol_sagemaker.columns import Column
from exasol_sagemaker.connection import stored_name
from exasol_sagemaker.database import quote
from exasol_sagemaker.describe_job import describe_answer
from exasol_sagemaker.errors import TrainingDataError, TrainingJobError
from exasol_sagemaker.export import complete_export, csv_query, export_keys, export_statement, new_export_uri
from exasol_sagemaker.fingerprint import fingerprint
from exasol_sagemaker.in_database.arguments import Arguments, read_arguments
from exasol_sagemaker.in_database.credentials import Exa, aws_session
from exasol_sagemaker.in_database.keys import SCRIPT
from exasol_sagemaker.job import TrainingConfig
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training import create_job
from exasol_sagemaker.training_checks import check_columns, check_data
from exasol_sagemaker.training_data import TrainingData, profile_statement, profiled
from exasol_sagemaker.transport import Transport

RESULT_NAMES = ("PROBABILITY", "PREDICTIONS")
"""What the prediction UDF emits beside the training columns."""


@dataclass(frozen=True)
class Table:
    """The table or view to train on, as the database has it."""

    schema: str
    name: str
    columns: tuple[Column, ...]

    @property
    def query(self) -> str:
        """All of its columns."""
        names = ", ".join(quote(column.name) for column in self.columns)
        return f"SELECT {names} FROM {quote(self.schema)}.{quote(self.name)}"


class Training:
    """A call of SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT.

    Args:
        exa: Exasol's.
        request: `arguments`, the call's JSON; `columns`, a list of schema, table, name and type of each
            column of the tables that may be meant, in order; `tables`, names of tables in schemas that may be
            meant.
        project: dbt project that owns what is made.
        target: dbt target that owns what is made.

    Raises:
        ExasolSageMakerError: The arguments cannot be, or do not fit the data.
    """

    def __init__(self, exa: Exa, request: Mapping[str, Any], *, project: str, target: str) -> None:
        self.arguments = read_arguments(request.get("arguments"))
        self.aws = aws_session(
            exa,
            connection=self.arguments.connection,
            region=self.arguments.region,
            node=f"{SCRIPT}, key aws_credentials_connection_name",
            role_arn=self.arguments.role_arn,
            s3_uri=self.arguments.s3_uri,
        )
        self.owner = Owner(project, target, f"{SCRIPT}.{self.arguments.job_name}")
        self._request = request

    def plan(self) -> dict[str, Any]:
        """Check all that can be checked before the data are looked at.

        Returns:
            `profile`: the statement whose row the next step needs.
        """
        self._require_new_job()
        self.aws.require_bucket()
        table, config = self._data()
        target = check_columns(table.columns, config, node=f"{SCRIPT}, key target_attribute_name")
        return {"profile": profile_statement(table.query, table.columns, target)}

    def export(self) -> dict[str, Any]:
        """Check the data.

        Args (of the request):
            profile: Row of the profile.
            nodes: How many nodes the cluster has.

        Returns:
            `export`, the statement that writes them to S3, and `s3_uri`, the prefix that it writes to.
        """
        data, config = self._profiled()
        check_data(data, config, node=f"{SCRIPT}, key target_attribute_name")
        s3_uri = new_export_uri(self._job_uri)
        keys = export_keys(f"{s3_uri}data/", int(self._request["nodes"]))
        connection = stored_name(self.arguments.connection)
        return {
            "export": export_statement(csv_query(data.query, data.columns), connection, keys),
            "s3_uri": s3_uri,
        }

    def start(self) -> dict[str, Any]:
        """Start the job on what was exported.

        Args (of the request):
            profile: Row of the profile.
            s3_uri: Prefix of the export.
            rows: How many rows were exported.

        Returns:
            `metadata`: the values of a row of SME_METADATA_AUTOPILOT_JOBS, by the names of its columns.
        """
        data, config = self._profiled()
        s3_uri = str(self._request["s3_uri"])
        try:
            export = complete_export(
                self.aws,
                query=data.query,
                columns=data.columns,
                s3_uri=s3_uri,
                rows=int(self._request["rows"]),
                transport=Transport("native"),
                expected_rows=data.row_count,
                fingerprint=fingerprint(self.owner, data, config),
                node=SCRIPT,
            )
        except BaseException:
            s3.delete_prefix(self.aws, s3_uri)
            raise
        job_name = self.arguments.job_name
        started = create_job(
            self.aws, job_name, export, config, output_uri=f"{self._job_uri}output/", owner=self.owner
        )
        if not started:
            self._require_new_job()
        return {"metadata": metadata_row(self.arguments, config, data.columns)}

    def discard(self) -> dict[str, Any]:
        """Remove what an export that failed has left in S3.

        Args (of the request):
            s3_uri: Prefix of the export.
        """
        return {"removed": s3.delete_prefix(self.aws, str(self._request["s3_uri"]))}

    @property
    def _job_uri(self) -> str:
        return f"{self.arguments.s3_uri}/{self.arguments.job_name}/"

    def _data(self) -> tuple[Table, TrainingConfig]:
        """The table, and the configuration with names of columns as the table has them."""
        table = find_table(
            self.arguments, self._request.get("columns") or (), self._request.get("tables") or ()
        )
        config = self.arguments.config
        target = check_columns(table.columns, config, node=f"{SCRIPT}, key target_attribute_name")
        _check_names(table, target)
        weight = config.sample_weight_column
        if weight is not None:
            folded = {column.name.upper(): column.name for column in table.columns}
            weight = folded[weight.upper()]
        return table, replace(config, target_column=target.name, sample_weight_column=weight)

    def _profiled(self) -> tuple[TrainingData, TrainingConfig]:
        table, config = self._data()
        target = next(column for column in table.columns if column.name == config.target_column)
        return profiled(table.query, table.columns, target, self._request["profile"]), config

    def _require_new_job(self) -> None:
        require_new_job(self.aws, self.arguments.job_name)


def require_new_job(aws: AwsSession, job_name: str) -> None:
    """See that there is no job of that name: SageMaker keeps all of them for ever.

    Raises:
        TrainingJobError: There is one.
    """
    answer = describe_answer(aws, job_name)
    if answer is not None:
        raise TrainingJobError(
            f"The Autopilot job {job_name!r} exists already: it is {answer['AutoMLJobStatus']}",
            node=f"{SCRIPT}, key job_name",
            why=f"It was created at {answer['CreationTime']:%Y-%m-%d %H:%M:%S %Z}; nothing was started now.",
            hint="Ask for it with SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS and deploy it once it is "
            "Completed, or choose another job_name to train anew.",
        )


def find_table(arguments: Arguments, columns: Sequence[Sequence[str]], tables: Sequence[str]) -> Table:
    """The table or view that the arguments mean: of exactly that name, else in upper case, else the only one.

    Args:
        columns: Schema, table, name and type of each column of all tables whose names differ at most in case.
        tables: Names of tables in schemas whose names differ at most in case.

    Raises:
        TrainingDataError: There is none, or it cannot be told which.
    """
    found: dict[tuple[str, str], list[Column]] = {}
    for schema, name, column, kind in columns:
        found.setdefault((schema, name), []).append(Column(column, kind))
    asked = (arguments.schema, arguments.table)
    upper = (asked[0].upper(), asked[1].upper())
    shown = ".".join(asked)
    meant = next((one for one in (asked, upper) if one in found), None)
    if meant is None and len(found) == 1:
        meant = next(iter(found))
    if meant is not None:
        return Table(*meant, tuple(found[meant]))
    if found:
        names = ", ".join(sorted(".".join(one) for one in found))
        raise TrainingDataError(
            f"It cannot be told which table {shown} is",
            node=f"{SCRIPT}, key input_table_or_view_name",
            why=f"There are {names}.",
            hint="Write the name as the database has it.",
        )
    if not tables:
        raise TrainingDataError(
            f"There is no table or view {shown} that this user may read: nothing can be seen in its schema",
            node=f"{SCRIPT}, key input_schema_name",
            hint=f"Check the name of the schema, or ask for USAGE on it and SELECT on {shown}.",
        )
    close = get_close_matches(asked[1].upper(), tables, n=1, cutoff=0.6)
    raise TrainingDataError(
        f"There is no table or view {shown} that this user may read",
        node=f"{SCRIPT}, key input_table_or_view_name",
        hint=(f"Did you mean {close[0]}? " if close else "Check its name. ")
        + f"If it is there, ask for SELECT on {shown}.",
    )


def metadata_row(
    arguments: Arguments, config: TrainingConfig, columns: Sequence[Column]
) -> dict[str, str | int | None]:
    """What SME_METADATA_AUTOPILOT_JOBS keeps of a job that was started, as the extension writes it."""
    return {
        "JOB_NAME": arguments.job_name,
        "AWS_CREDENTIALS_CONNECTION_NAME": arguments.connection,
        "IAM_SAGEMAKER_ROLE": arguments.role_arn,
        "S3_BUCKET_URI": arguments.bucket_uri,
        "S3_OUTPUT_PATH": arguments.output_path,
        "TARGET_ATTRIBUTE_NAME": config.target_column,
        "PROBLEM_TYPE": config.problem_type,
        "OBJECTIVE": config.objective,
        "MAX_RUNTIME_FOR_AUTOML_JOB_IN_SECONDS": config.max_runtime_seconds,
        "MAX_CANDIDATES": config.max_candidates,
        "MAX_RUNTIME_PER_TRAINING_JOB_IN_SECONDS": config.max_runtime_per_training_job_seconds,
        "COLUMN_NAMES": ";".join(column.name for column in columns),
        "COLUMN_TYPES": ";".join(column.type for column in columns),
    }


def _check_names(table: Table, target: Column) -> None:
    taken = [column.name for column in table.columns if column != target and column.name in RESULT_NAMES]
    if taken:
        raise TrainingDataError(
            f"A column to train on cannot be called {' or '.join(taken)}",
            node=f"{SCRIPT}, key input_table_or_view_name",
            why=f"The prediction UDF emits {' and '.join(RESULT_NAMES)} beside the training columns.",
            hint="Train on a view that gives it another name.",
        )
